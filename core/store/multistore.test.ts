import { describe, expect, test } from "vitest";
import { sha256 } from "#core/crypto/hash.js";
import { InvariantError } from "#core/primitives/assert.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import {
  BLOCK_STORE_LIST,
  BLOCK_STORES,
  entriesOf,
  inOrder,
  StoreBlocks,
} from "#test/harness/storeBlocks.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { noEarlierVersion, versionGone } from "./errors.js";
import { openStore, openStoreReader } from "./multistore.js";
import type { Store, StoreReader } from "./store.js";
import { StoreKey } from "./storeKey.js";

const { bank, ibc, code, scratch } = BLOCK_STORES;
const blocks = new StoreBlocks();

function openMemory(pruning?: { keepRecent: number; interval: number }): Store {
  const options = { memory: true, stores: BLOCK_STORE_LIST } as const;
  return openStore(pruning === undefined ? options : { ...options, pruning });
}

/** Checks that branches read the last version as the model says, by iteration and by key. */
function expectLast(store: Store, version: number): void {
  expect(store.committed()?.version).toBe(BigInt(version));
  for (const key of [bank, ibc, code]) {
    const kv = store.branch().kv(key);
    const expected = [...inOrder(blocks.entries(key, version))];
    expect([...entriesOf(kv)]).toEqual(expected);
    for (const [path, value] of expected) expect(toHex(kv.get(hexBytes(path))!)).toBe(value);
    for (const path of blocks.entries(key, version + 1).keys()) {
      if (!blocks.entries(key, version).has(path)) expect(kv.has(hexBytes(path))).toBe(false);
    }
  }
}

/** Checks that a version reads as the model says, by iteration, by key and by proof. */
function expectVersion(reader: StoreReader, version: number): void {
  const snapshot = reader.snapshot(BigInt(version));
  expect(snapshot?.version).toBe(BigInt(version));
  for (const key of [bank, ibc]) {
    const expected = blocks.entries(key, version);
    const kv = snapshot!.kv(key);
    expect([...entriesOf(kv)]).toEqual([...inOrder(expected)]);
    for (const [path, value] of [...expected].slice(0, 5)) {
      expect(kv.get(hexBytes(path))).toEqual(hexBytes(value));
      expect(reader.prove(key, hexBytes(path), BigInt(version))?.value).toEqual(hexBytes(value));
    }
  }
}

describe("staging", () => {
  test("gives the same commitment when repeated, and keeps nothing by itself", () => {
    const store = openMemory();
    blocks.commit(store, 1);
    const info = blocks.commit(store, 2);
    const branch = store.branch();
    blocks.write(branch, 3);
    const first = store.stage(branch, 3n);
    expect(store.committed()).toBe(info);
    const again = store.branch();
    blocks.write(again, 3);
    expect(store.stage(again, 3n)).toEqual(first);
    expect(store.commit()).toEqual(first);
    expectVersion(store, 3);
  });

  test("takes the writes as they are when it is called", () => {
    const store = openMemory();
    const branch = store.branch();
    branch.kv(bank).set(utf8("a"), utf8("1"));
    const info = store.stage(branch, 1n);
    branch.kv(bank).set(utf8("a"), utf8("2"));
    expect(store.commit()).toEqual(info);
    expect(store.snapshot(1n)?.kv(bank).get(utf8("a"))).toEqual(utf8("1"));
  });

  test("a later staging replaces an earlier one", () => {
    const store = openMemory();
    for (const value of ["1", "2"]) {
      const branch = store.branch();
      branch.kv(bank).set(utf8("a"), utf8(value));
      store.stage(branch, 1n);
    }
    store.commit();
    expect(store.snapshot(1n)?.kv(bank).get(utf8("a"))).toEqual(utf8("2"));
  });

  test("refuses versions out of order, inner branches and branches of another store", () => {
    const store = openMemory();
    blocks.commit(store, 5);
    expect(() => store.stage(store.branch(), 7n)).toThrow(InvariantError);
    expect(() => store.stage(store.branch(), 5n)).toThrow(InvariantError);
    expect(() => store.stage(store.branch().branch(), 6n)).toThrow(InvariantError);
    expect(() => store.stage(openMemory().branch(), 6n)).toThrow(InvariantError);
    expect(() => store.commit()).toThrow(InvariantError);
    expect(store.committed()?.version).toBe(5n);
  });

  test.each([0n, -1n, 1n << 52n])("refuses %s as the first version", (version) => {
    const store = openMemory();
    expect(() => store.stage(store.branch(), version)).toThrow(InvariantError);
  });
});

test("a chain without stores of the tree kind has the app hash of nothing", () => {
  const store = openStore({ memory: true, stores: [code] });
  expect(toHex(store.stage(store.branch(), 1n).appHash)).toBe(
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

describe("committed versions", () => {
  test("read as they were written, in this store and in readers beside it", () => {
    const path = temporaryFile();
    const store = openStore({ path, stores: BLOCK_STORE_LIST });
    for (let version = 1; version <= 20; version++) blocks.commit(store, version);
    const reader = openStoreReader({ path, stores: BLOCK_STORE_LIST, cachedNodes: 50 });
    for (const source of [store, reader]) {
      for (let version = 1; version <= 20; version++) expectVersion(source, version);
      expect(source.committed()).toEqual(store.committed());
      expect(source.earliestVersion()).toBe(1n);
      expect([...entriesOf(source.snapshot(20n)!.kv(code))]).toEqual([
        ...inOrder(blocks.entries(code, 20)),
      ]);
      expect(entriesOf(source.snapshot(20n)!.kv(scratch)).size).toBe(0);
    }
    blocks.commit(store, 21);
    expect(reader.committed()?.version).toBe(21n);
    expectVersion(reader, 21);
    expectVersion(reader, 20);
    reader.close();
    store.close();
  });

  test("survive a reopening, after which the chain goes on with the same hashes", () => {
    const path = temporaryFile();
    const steady = openMemory();
    for (let version = 1; version <= 12; version++) {
      const store = openStore({ path, stores: BLOCK_STORE_LIST, cachedNodes: 30 });
      expect(store.committed()).toEqual(steady.committed());
      expect(blocks.commit(store, version)).toEqual(blocks.commit(steady, version));
      store.close();
    }
  });

  test("have the same hashes whatever number of nodes is kept in memory", () => {
    const small = openStore({ memory: true, stores: BLOCK_STORE_LIST, cachedNodes: 8 });
    const large = openMemory();
    for (let version = 1; version <= 30; version++) {
      expect(blocks.commit(small, version)).toEqual(blocks.commit(large, version));
    }
  });

  test("of the future, of the past before the first one, and beyond 2^53 are not there", () => {
    const store = openMemory();
    expect(store.committed()).toBeUndefined();
    expect(store.earliestVersion()).toBeUndefined();
    blocks.commit(store, 5);
    for (const version of [4n, 6n, -1n, 1n << 60n]) {
      expect(store.snapshot(version)).toBeUndefined();
      expect(store.prove(bank, utf8("a"), version)).toBeUndefined();
    }
  });

  test("prove absence of a key and nothing about blobs", () => {
    const store = openMemory();
    blocks.commit(store, 1);
    const proof = store.prove(bank, utf8("no such key"), 1n);
    expect(proof?.value).toBeUndefined();
    expect(proof?.ops).toHaveLength(2);
    expect(() => store.prove(code, utf8("a"), 1n)).toThrow(InvariantError);
  });

  test("never share the Buffer prototype, whose slice does not copy", () => {
    const store = openMemory();
    blocks.commit(store, 1);
    blocks.commit(store, 2);
    const [entry] = [...store.snapshot(1n)!.kv(bank).iterate({})];
    const [current] = [...store.branch().kv(bank).iterate({})];
    const given = [
      entry!.key,
      entry!.value,
      current!.key,
      store.branch().kv(bank).get(current!.key),
      store.committed()!.appHash,
      store.prove(bank, entry!.key, 1n)!.value,
    ];
    for (const bytes of given) expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
  });
});

describe("stores", () => {
  test("that are new start empty, and the versions before do not know them", () => {
    const path = temporaryFile();
    const before = openStore({ path, stores: [bank] });
    const branch = before.branch();
    branch.kv(bank).set(utf8("a"), utf8("1"));
    const [root] = before.stage(branch, 17n).stores;
    before.commit();
    before.close();
    const late = new StoreKey("late");
    const after = openStore({ path, stores: [late, bank] });
    expect(after.stage(after.branch(), 18n).stores).toEqual([
      root,
      { name: "late", root: sha256() },
    ]);
    after.commit();
    expect(after.prove(late, utf8("a"), 17n)).toBeUndefined();
    expect([...after.snapshot(17n)!.kv(late).iterate({})]).toEqual([]);
    after.close();
  });

  test("that are transient are empty again in every block", () => {
    const store = openMemory();
    const branch = store.branch();
    branch.kv(scratch).set(utf8("a"), utf8("1"));
    expect(branch.branch().kv(scratch).get(utf8("a"))).toEqual(utf8("1"));
    store.stage(branch, 1n);
    store.commit();
    expect([...store.branch().kv(scratch).iterate({})]).toEqual([]);
  });

  test("of kind blob change no hash", () => {
    const [store, other] = [openMemory(), openMemory()];
    const branch = store.branch();
    branch.kv(code).set(utf8("a"), utf8("1"));
    expect(store.stage(branch, 1n)).toEqual(other.stage(other.branch(), 1n));
    store.commit();
    expect(store.branch().kv(code).get(utf8("a"))).toEqual(utf8("1"));
  });

  test.each([[["bank", "bank"]], [["Bank"]], [[""]], [["a".repeat(33)]]])(
    "named %j are refused",
    (names) => {
      const stores = names.map((name) => new StoreKey(name));
      expect(() => openStore({ memory: true, stores })).toThrow(InvariantError);
    },
  );
});

describe("pruning", () => {
  test("keeps exactly the promised versions readable and provable", () => {
    const store = openMemory({ keepRecent: 4, interval: 1 });
    for (let version = 1; version <= 25; version++) {
      blocks.commit(store, version);
      const earliest = Math.max(1, version - 3);
      expect(store.earliestVersion()).toBe(BigInt(earliest));
      for (let kept = earliest; kept <= version; kept++) expectVersion(store, kept);
      expect(store.snapshot(BigInt(earliest - 1))).toBeUndefined();
    }
  });

  test("happens at multiples of the interval", () => {
    const store = openMemory({ keepRecent: 2, interval: 5 });
    const earliest = Array.from({ length: 12 }, (_, index) => {
      blocks.commit(store, index + 1);
      return Number(store.earliestVersion());
    });
    expect(earliest).toEqual([1, 1, 1, 1, 4, 4, 4, 4, 4, 9, 9, 9]);
  });

  test("ends an iteration of a pruned version with an error", () => {
    const store = openMemory({ keepRecent: 2, interval: 1 });
    for (let version = 1; version <= 3; version++) blocks.commit(store, version);
    const kv = store.snapshot(2n)!.kv(bank);
    const entries = kv.iterate({});
    entries.next();
    for (let version = 4; version <= 5; version++) blocks.commit(store, version);
    expect(() => [...entries]).toThrow(expect.objectContaining({ code: versionGone.spec.code }));
    expect(() => kv.get(utf8("a"))).toThrow(
      expect.objectContaining({ code: versionGone.spec.code }),
    );
  });

  test.each([
    { keepRecent: 1, interval: 1 },
    { keepRecent: 2, interval: 0 },
    { keepRecent: 2.5, interval: 1 },
  ])("by %j is refused", (pruning) => {
    expect(() => openMemory(pruning)).toThrow(InvariantError);
  });
});

describe("rollback", () => {
  test("takes back one version after another, and replaying gives equal hashes", () => {
    const store = openMemory();
    const infos = Array.from({ length: 20 }, (_, index) => blocks.commit(store, index + 1));
    for (let version = 19; version >= 10; version--) {
      expect(store.rollback()).toEqual(infos[version - 1]);
      expectVersion(store, version);
      expectLast(store, version);
      expect(store.snapshot(BigInt(version + 1))).toBeUndefined();
    }
    for (let version = 11; version <= 20; version++) {
      expect(blocks.commit(store, version)).toEqual(infos[version - 1]);
      expectVersion(store, version);
      expectLast(store, version);
    }
  });

  test("goes on with another block than the one taken back, seen by readers that knew it", () => {
    const path = temporaryFile();
    const store = openStore({ path, stores: BLOCK_STORE_LIST });
    const reader = openStoreReader({ path, stores: BLOCK_STORE_LIST });
    for (let version = 1; version <= 3; version++) blocks.commit(store, version);
    expectVersion(reader, 3);
    store.rollback();
    const branch = store.branch();
    branch.kv(bank).set(utf8("other"), utf8("1"));
    const info = store.stage(branch, 3n);
    store.commit();
    blocks.commit(store, 4);
    expect(reader.prove(bank, utf8("other"), 3n)).toEqual(store.prove(bank, utf8("other"), 3n));
    expect(reader.prove(bank, utf8("other"), 3n)?.value).toEqual(utf8("1"));
    expect(toHex(info.appHash)).not.toBe(toHex(blocks.commit(openMemory(), 3).appHash));
    reader.close();
    store.close();
  });

  test("works on a pruned store as far as versions are kept", () => {
    const store = openMemory({ keepRecent: 3, interval: 1 });
    for (let version = 1; version <= 10; version++) blocks.commit(store, version);
    store.rollback();
    store.rollback();
    expectVersion(store, 8);
    expectLast(store, 8);
    expect(() => store.rollback()).toThrow(
      expect.objectContaining({ code: noEarlierVersion.spec.code }),
    );
    expectVersion(store, 8);
    blocks.commit(store, 9);
    expectVersion(store, 9);
  });

  test("empties a store that the version before did not have", () => {
    const path = temporaryFile();
    const before = openStore({ path, stores: [bank] });
    before.stage(before.branch(), 1n);
    before.commit();
    before.close();
    const store = openStore({ path, stores: [bank, ibc] });
    const branch = store.branch();
    branch.kv(ibc).set(utf8("a"), utf8("1"));
    store.stage(branch, 2n);
    store.commit();
    expect(store.rollback().stores.map(({ name }) => name)).toEqual(["bank"]);
    expect([...store.branch().kv(ibc).iterate({})]).toEqual([]);
    expect(store.stage(store.branch(), 2n).stores).toHaveLength(2);
    store.close();
  });

  test("of an empty store is refused", () => {
    expect(() => openMemory().rollback()).toThrow(
      expect.objectContaining({ code: noEarlierVersion.spec.code }),
    );
  });
});

test("a commit that failed leaves the file whole and this opening unusable", () => {
  const path = temporaryFile();
  let failing = false;
  const store = openStore({
    path,
    stores: BLOCK_STORE_LIST,
    onStep: (step) => {
      if (failing && step === "after:flat") throw new Error("the disk is full");
    },
  });
  const info = blocks.commit(store, 1);
  failing = true;
  expect(() => blocks.commit(store, 2)).toThrow("the disk is full");
  expect(() => store.commit()).toThrow(InvariantError);
  expect(() => store.stage(store.branch(), 2n)).toThrow(InvariantError);
  store.close();
  const reopened = openStore({ path, stores: BLOCK_STORE_LIST });
  expect(reopened.committed()).toEqual(info);
  expect(blocks.commit(reopened, 2).version).toBe(2n);
  expectVersion(reopened, 2);
  reopened.close();
});
