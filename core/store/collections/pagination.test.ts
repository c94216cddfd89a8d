import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PageRequest } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import { uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import type { KvStore } from "../kv.js";
import { openStore } from "../multistore.js";
import { StoreKey } from "../storeKey.js";
import { textKey, uint64Key } from "./keyCodecs.js";
import { KeySet } from "./keySet.js";
import { KvMap } from "./kvMap.js";
import { paginate } from "./pagination.js";
import { tupleKey } from "./tupleKey.js";
import { textValue } from "./valueCodecs.js";

const numbers = new KvMap(0x01, uint64Key, textValue);
const pairs = new KeySet(0x02, tupleKey(textKey, uint64Key));
const pairPrefix = tupleKey(textKey, uint64Key).prefix;

/** A view with the numbers from 0 to below `count`, and neighbours before and after them. */
function viewWith(count: number): KvStore {
  const key = new StoreKey("bank");
  const kv = openStore({ memory: true, stores: [key] })
    .branch()
    .kv(key);
  kv.set(Uint8Array.of(0), utf8("before"));
  for (let n = 0; n < count; n++) numbers.set(kv, BigInt(n), n.toString());
  for (const name of ["a", "b", "c"]) {
    for (const n of [1n, 2n, 3n]) pairs.add(kv, [name, n]);
  }
  return kv;
}

function pageOf(kv: KvStore, request: Parameters<typeof PageRequest.create>[0]) {
  const { entries, response } = paginate(kv, numbers, PageRequest.create(request));
  return { numbers: entries.map(([n]) => Number(n)), ...response };
}

function span(from: number, to: number): number[] {
  return Array.from({ length: Math.abs(to - from) }, (_, at) =>
    from < to ? from + at : from - at,
  );
}

const NO_KEY = new Uint8Array(0);

describe("a page", () => {
  test("without a request has 100 entries, the next key and the total", () => {
    const { entries, response } = paginate(viewWith(150), numbers, undefined);
    expect(entries).toHaveLength(100);
    expect(response).toEqual({ nextKey: uint64ToBytes(100n), total: 150n });
  });

  test("by offset skips, and counts only when asked", () => {
    const kv = viewWith(30);
    expect(pageOf(kv, { offset: 5n, limit: 10n })).toEqual({
      numbers: span(5, 15),
      nextKey: uint64ToBytes(15n),
      total: 0n,
    });
    expect(pageOf(kv, { offset: 5n, limit: 10n, countTotal: true }).total).toBe(30n);
  });

  test("by key begins with the key and never counts", () => {
    const page = pageOf(viewWith(30), { key: uint64ToBytes(25n), limit: 3n, countTotal: true });
    expect(page).toEqual({ numbers: [25, 26, 27], nextKey: uint64ToBytes(28n), total: 0n });
  });

  test("that reaches the end has no next key", () => {
    expect(pageOf(viewWith(30), { key: uint64ToBytes(25n), limit: 5n }).nextKey).toEqual(NO_KEY);
    expect(pageOf(viewWith(30), { offset: 25n, limit: 5n }).nextKey).toEqual(NO_KEY);
    expect(pageOf(viewWith(0), {})).toEqual({ numbers: [], nextKey: NO_KEY, total: 0n });
    expect(pageOf(viewWith(3), { offset: 9n, limit: 5n }).numbers).toEqual([]);
  });

  test("in reverse goes down from the last entry or from the key", () => {
    const kv = viewWith(30);
    expect(pageOf(kv, { reverse: true, limit: 4n })).toEqual({
      numbers: span(29, 25),
      nextKey: uint64ToBytes(25n),
      total: 0n,
    });
    const next = pageOf(kv, { reverse: true, limit: 4n, key: uint64ToBytes(25n) });
    expect(next.numbers).toEqual(span(25, 21));
  });

  test("has 1,000 entries at most, and the key at which to go on", () => {
    const page = pageOf(viewWith(1005), { limit: (1n << 64n) - 1n });
    expect(page.numbers).toHaveLength(1000);
    expect(page.nextKey).toEqual(uint64ToBytes(1000n));
  });

  test("with both key and offset is refused in the SDK's words", () => {
    expect(() => pageOf(viewWith(3), { key: utf8("k"), offset: 1n })).toThrow(
      expect.objectContaining({
        codespace: "sdk",
        code: invalidRequest.spec.code,
        message: "invalid request, either offset or key is expected, got both: invalid request",
      }),
    );
  });

  test("covers one head of a composite, with keys relative to it", () => {
    const scope = { prefix: pairPrefix("b") };
    const first = paginate(viewWith(0), pairs, PageRequest.create({ limit: 2n }), scope);
    expect(first.entries).toEqual([
      ["b", 1n],
      ["b", 2n],
    ]);
    expect(first.response.nextKey).toEqual(uint64ToBytes(3n));
    const key = first.response.nextKey;
    const second = paginate(viewWith(0), pairs, PageRequest.create({ key }), scope);
    expect(second.entries).toEqual([["b", 3n]]);
    expect(second.response.nextKey).toEqual(NO_KEY);
  });

  test("gives and counts only what passes its filter", () => {
    const filter = ([n]: readonly [bigint, string]) => n % 3n === 0n;
    const request = PageRequest.create({ offset: 1n, limit: 2n, countTotal: true });
    const { entries, response } = paginate(viewWith(20), numbers, request, { filter });
    expect(entries.map(([n]) => n)).toEqual([3n, 6n]);
    expect(response).toEqual({ nextKey: uint64ToBytes(9n), total: 7n });
  });
});

test("following next keys visits every entry once, in either direction", () => {
  const kv = viewWith(40);
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 45n }), fc.boolean(), (limit, reverse) => {
      const visited: number[] = [];
      let key: Uint8Array = NO_KEY;
      do {
        const page = pageOf(kv, { key, limit, reverse });
        visited.push(...page.numbers);
        key = page.nextKey;
      } while (key.length > 0);
      expect(visited).toEqual(reverse ? span(39, -1) : span(0, 40));
    }),
  );
});
