import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantError } from "#core/primitives/assert.js";
import { compareBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import type { KeyRange, KvReader } from "../kv.js";
import { openStore } from "../multistore.js";
import type { Store, StoreBranch } from "../store.js";
import { StoreKey } from "../storeKey.js";

const KEY = new StoreKey("bank");
const OTHER = new StoreKey("acc");

/** A store whose last version holds the given texts. */
function storeWith(...entries: ReadonlyArray<readonly [string, string]>): Store {
  const store = openStore({ memory: true, stores: [KEY, OTHER] });
  const branch = store.branch();
  for (const [key, value] of entries) branch.kv(KEY).set(utf8(key), utf8(value));
  store.stage(branch, 1n);
  store.commit();
  return store;
}

function textsOf(kv: KvReader, range: KeyRange = {}, order?: "ascending" | "descending") {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return [...kv.iterate(range, order)].map(({ key, value }) => `${text(key)}=${text(value)}`);
}

describe("a branch", () => {
  test("shows its writes over its parent's and leaves the parent as it is", () => {
    const parent = storeWith(["a", "1"], ["b", "2"], ["c", "3"]).branch();
    const child = parent.branch();
    child.kv(KEY).set(utf8("b"), utf8("x"));
    child.kv(KEY).delete(utf8("c"));
    child.kv(KEY).set(utf8("d"), utf8("4"));
    expect(textsOf(child.kv(KEY))).toEqual(["a=1", "b=x", "d=4"]);
    expect(textsOf(child.kv(KEY), {}, "descending")).toEqual(["d=4", "b=x", "a=1"]);
    expect(textsOf(parent.kv(KEY))).toEqual(["a=1", "b=2", "c=3"]);
    expect(child.kv(KEY).has(utf8("c"))).toBe(false);
  });

  test("moves its writes into the parent once and is empty then", () => {
    const parent = storeWith(["a", "1"]).branch();
    const child = parent.branch();
    child.kv(KEY).set(utf8("a"), utf8("2"));
    child.merge();
    parent.kv(KEY).set(utf8("a"), utf8("3"));
    child.merge();
    expect(textsOf(parent.kv(KEY))).toEqual(["a=3"]);
    expect(textsOf(child.kv(KEY))).toEqual(["a=3"]);
  });

  test("drops its writes", () => {
    const branch = storeWith(["a", "1"]).branch();
    branch.kv(KEY).set(utf8("a"), utf8("2"));
    branch.kv(OTHER).set(utf8("z"), utf8("9"));
    branch.discard();
    expect(textsOf(branch.kv(KEY))).toEqual(["a=1"]);
    expect(textsOf(branch.kv(OTHER))).toEqual([]);
  });

  test("sees what its parent writes later", () => {
    const parent = storeWith().branch();
    const child = parent.branch();
    const view = child.kv(KEY);
    parent.kv(KEY).set(utf8("a"), utf8("1"));
    expect(textsOf(view)).toEqual(["a=1"]);
  });

  test("of the first level cannot be merged", () => {
    expect(() => {
      storeWith().branch().merge();
    }).toThrow(InvariantError);
  });

  test("refuses empty keys and values and changes nothing", () => {
    const branch = storeWith(["a", "1"]).branch();
    expect(() => {
      branch.kv(KEY).set(new Uint8Array(0), utf8("x"));
    }).toThrow(InvariantError);
    expect(() => {
      branch.kv(KEY).set(utf8("a"), new Uint8Array(0));
    }).toThrow(InvariantError);
    expect(textsOf(branch.kv(KEY))).toEqual(["a=1"]);
  });

  test("refuses a store that was not declared", () => {
    expect(() => storeWith().branch().kv(new StoreKey("bank"))).toThrow(InvariantError);
  });

  test.each(["the view itself", "its parent"])(
    "does not go on iterating when %s is written",
    (who) => {
      const parent = storeWith(["a", "1"], ["b", "2"]).branch();
      const child = parent.branch();
      const entries = child.kv(KEY).iterate({});
      entries.next();
      (who === "its parent" ? parent : child).kv(KEY).set(utf8("c"), utf8("3"));
      expect(() => entries.next()).toThrow(InvariantError);
    },
  );
});

const bytes = fc.uint8Array({ minLength: 1, maxLength: 2, max: 6 });
const bound = fc.option(fc.uint8Array({ maxLength: 2, max: 7 }), { nil: undefined });
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("set"), key: bytes, value: bytes }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("delete"), key: bytes }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("iterate"),
      start: bound,
      end: bound,
      up: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("get"), sought: bytes }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("branch", "merge", "discard", "commit") }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** Branches as copies of whole maps: what the store must behave like. */
class Model {
  committed = new Map<string, Uint8Array>();
  levels = [new Map<string, Uint8Array>()];

  get top(): Map<string, Uint8Array> {
    return this.levels.at(-1)!;
  }

  range({ start, end }: KeyRange): Array<readonly [Uint8Array, Uint8Array]> {
    return [...this.top]
      .map(([key, value]) => [hexBytes(key), value] as const)
      .filter(([key]) => start === undefined || compareBytes(key, start) >= 0)
      .filter(([key]) => end === undefined || compareBytes(key, end) < 0)
      .sort(([a], [b]) => compareBytes(a, b));
  }
}

/** A store with a stack of branches, driven like the model. */
class Driver {
  readonly store = openStore({ memory: true, stores: [KEY, OTHER] });
  branches: StoreBranch[] = [this.store.branch()];
  version = 0n;

  apply(step: Action, model: Model): void {
    const kv = this.branches.at(-1)!.kv(KEY);
    if ("value" in step) {
      kv.set(step.key, step.value);
      model.top.set(toHex(step.key), step.value);
    } else if ("key" in step) {
      kv.delete(step.key);
      model.top.delete(toHex(step.key));
    } else if ("sought" in step) {
      expect(kv.get(step.sought)).toEqual(model.top.get(toHex(step.sought)));
    } else if ("up" in step) {
      const expected = model.range(step).map(([key, value]) => ({ key, value }));
      const found = [...kv.iterate(step, step.up ? "ascending" : "descending")];
      expect(found).toEqual(step.up ? expected : expected.toReversed());
    } else {
      this.#applyToBranches(step.kind, model);
    }
  }

  #applyToBranches(kind: string, model: Model): void {
    if (kind === "branch") {
      this.branches.push(this.branches.at(-1)!.branch());
      model.levels.push(new Map(model.top));
    } else if (kind === "merge" && this.branches.length > 1) {
      this.branches.pop()!.merge();
      model.levels.splice(-2, 1);
    } else if (kind === "discard") {
      this.branches.at(-1)!.discard();
      model.levels[model.levels.length - 1] = new Map(model.levels.at(-2) ?? model.committed);
    } else if (kind === "commit" && this.branches.length === 1) {
      this.store.stage(this.branches[0]!, ++this.version);
      this.store.commit();
      this.branches = [this.store.branch()];
      model.committed = new Map(model.top);
    }
  }
}

test("any sequence of writes, branches, merges and commits behaves like maps", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80, size: "max" }), (actions) => {
      const driver = new Driver();
      const model = new Model();
      for (const step of actions) driver.apply(step, model);
      const kv = driver.branches.at(-1)!.kv(KEY);
      expect([...kv.iterate({})].map(({ key, value }) => [key, value])).toEqual(model.range({}));
      for (const [key, value] of model.top) expect(kv.get(hexBytes(key))).toEqual(value);
      driver.store.close();
    }),
    { numRuns: 300 },
  );
});

test("a branch holds thousands of writes in byte order, however they came", () => {
  const branch = storeWith().branch();
  const kv = branch.kv(KEY);
  const written = new Map<string, number>();
  // Iterating in between makes the index grow piece by piece.
  for (let round = 0; round < 40; round++) {
    for (let n = 0; n < 100; n++) {
      const place = ((round * 100 + n) * 7919) % 4001;
      kv.set(Uint8Array.of(place >> 8, place & 255), Uint8Array.of(1 + (round & 127)));
      written.set(toHex(Uint8Array.of(place >> 8, place & 255)), round);
    }
    const start = Uint8Array.of(round % 16);
    expect(kv.iterate({ start }).next().done).toBe(false);
  }
  const keys = [...kv.iterate({})].map(({ key }) => toHex(key));
  expect(keys).toEqual([...written.keys()].sort());
  const down = [...kv.iterate({ start: Uint8Array.of(3), end: Uint8Array.of(9) }, "descending")];
  expect(down.map(({ key }) => toHex(key))).toEqual(
    keys.filter((key) => key >= "03" && key < "09").reverse(),
  );
});
