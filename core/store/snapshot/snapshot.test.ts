import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { concatBytes, equalBytes, utf8 } from "#core/primitives/bytes.js";
import {
  BLOCK_STORE_LIST,
  BLOCK_STORES,
  entriesOf,
  inOrder,
  StoreBlocks,
} from "#test/harness/storeBlocks.js";
import { committedIn, restoreInto, snapshotOf } from "#test/harness/storeSnapshots.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { seededKey } from "#test/vectors/seededOps.js";
import { invalidSnapshot, noEarlierVersion, stateNotEmpty } from "../errors.js";
import { openStore, openStoreReader } from "../multistore.js";
import { StoreKey } from "../storeKey.js";
import { openStoreRestore } from "./restore.js";
import { readSnapshot } from "./readSnapshot.js";

const stores = BLOCK_STORE_LIST;
const CHUNK = 10_000;

/** A database with so many versions, of which the last three are kept. */
function chainOf(versions: number): { path: string; blocks: StoreBlocks } {
  const path = temporaryFile();
  const blocks = new StoreBlocks();
  const store = openStore({ path, stores, pruning: { keepRecent: 3, interval: 2 } });
  for (let version = 1; version <= versions; version++) blocks.commit(store, version);
  store.close();
  return { path, blocks };
}

describe("a restored state", () => {
  test("has the hashes, entries and blobs of the original, and goes on like it", () => {
    const { path, blocks } = chainOf(23);
    const target = temporaryFile();
    const snapshot = snapshotOf(path, stores, CHUNK);
    expect(snapshot.chunks.length).toBeGreaterThan(5);
    restoreInto(target, stores, snapshot);

    const [original, restored] = [path, target].map((file) => openStore({ path: file, stores }));
    expect(restored!.committed()).toEqual(original!.committed());
    expect(restored!.earliestVersion()).toBe(23n);
    for (const key of [BLOCK_STORES.bank, BLOCK_STORES.ibc, BLOCK_STORES.code]) {
      const entries = [...inOrder(blocks.entries(key, 23))];
      expect([...entriesOf(restored!.snapshot(23n)!.kv(key))]).toEqual(entries);
      expect([...entriesOf(restored!.branch().kv(key))]).toEqual(entries);
    }
    for (let version = 24; version <= 40; version++) {
      expect(blocks.commit(restored!, version)).toEqual(blocks.commit(original!, version));
    }
    original!.close();
    restored!.close();
  });

  test("proves its keys as the original does", () => {
    const { path } = chainOf(9);
    const target = temporaryFile();
    restoreInto(target, stores, snapshotOf(path, stores));
    const readers = [path, target].map((file) => openStoreReader({ path: file, stores }));
    for (let n = 0; n < 300; n++) {
      const [a, b] = readers.map((reader) => reader.prove(BLOCK_STORES.bank, seededKey(n), 9n));
      expect(b).toEqual(a);
    }
    for (const reader of readers) reader.close();
  });

  test("is taken up by the store that was opened before, and its readers", () => {
    const { path, blocks } = chainOf(5);
    const target = temporaryFile();
    const store = openStore({ path: target, stores });
    const reader = openStoreReader({ path: target, stores });
    const branch = store.branch();
    restoreInto(target, stores, snapshotOf(path, stores));
    expect(store.committed()).toBeUndefined();
    expect(store.takeUpRestored()).toEqual(committedIn(path, stores));
    expect(reader.committed()).toEqual(store.committed());
    expect(entriesOf(branch.kv(BLOCK_STORES.bank))).toEqual(
      inOrder(blocks.entries(BLOCK_STORES.bank, 5)),
    );
    const original = openStore({ path, stores });
    expect(blocks.commit(store, 6)).toEqual(blocks.commit(original, 6));
    expect(reader.snapshot(6n)).toBeDefined();
    expect(() => store.takeUpRestored()).toThrow("into an empty one");
    for (const opened of [store, reader, original]) opened.close();
  });

  test("cannot be rolled back behind its snapshot, but up to it", () => {
    const { path, blocks } = chainOf(5);
    const target = temporaryFile();
    restoreInto(target, stores, snapshotOf(path, stores));
    const store = openStore({ path: target, stores });
    const first = store.committed();
    expect(() => store.rollback()).toThrow(noEarlierVersion({ version: 5 }).message);
    expect(store.committed()).toEqual(first);
    blocks.commit(store, 6);
    expect(store.rollback()).toEqual(first);
    store.close();
  });

  test("is pruned like any other", () => {
    const { path, blocks } = chainOf(5);
    const target = temporaryFile();
    restoreInto(target, stores, snapshotOf(path, stores));
    const store = openStore({ path: target, stores, pruning: { keepRecent: 2, interval: 1 } });
    for (let version = 6; version <= 12; version++) blocks.commit(store, version);
    expect(store.earliestVersion()).toBe(11n);
    // What is left is what the kept versions consist of: a snapshot of it reads every node.
    restoreInto(temporaryFile(), stores, snapshotOf(target, stores));
    store.close();
  });
});

describe("a snapshot", () => {
  test("has the same bytes on a node that pruned, one that kept all and one that was restored", () => {
    const { path, blocks } = chainOf(12);
    const archive = temporaryFile();
    const store = openStore({ path: archive, stores });
    for (let version = 1; version <= 12; version++) blocks.commit(store, version);
    store.close();
    const target = temporaryFile();
    const snapshot = snapshotOf(path, stores, CHUNK);
    restoreInto(target, stores, snapshot);
    expect(snapshotOf(archive, stores, CHUNK)).toEqual(snapshot);
    expect(snapshotOf(target, stores, CHUNK)).toEqual(snapshot);
  });

  test("is of the version at which its reading began, whatever is committed meanwhile", () => {
    const { path, blocks } = chainOf(6);
    const before = snapshotOf(path, stores);
    const store = openStore({ path, stores, pruning: { keepRecent: 2, interval: 1 } });
    const bytes = readSnapshot({ path, stores }, (held) => {
      for (let version = 7; version <= 12; version++) blocks.commit(store, version);
      expect(held?.version).toBe(6n);
      return concatBytes(...(held?.pieces() ?? []));
    });
    expect(equalBytes(bytes, concatBytes(...before.chunks))).toBe(true);
    store.close();
  });

  test("of stores without entries is restored", () => {
    const [path, target] = [temporaryFile(), temporaryFile()];
    const store = openStore({ path, stores });
    store.stage(store.branch(), 4n);
    store.commit();
    store.close();
    const snapshot = snapshotOf(path, stores);
    expect(concatBytes(...snapshot.chunks).length).toBeLessThan(120);
    restoreInto(target, stores, snapshot);
    expect(committedIn(target, stores)).toEqual(committedIn(path, stores));
  });

  test("of a new chain is not there", () => {
    const path = temporaryFile();
    openStore({ path, stores }).close();
    expect(readSnapshot({ path, stores }, (held) => held)).toBeUndefined();
  });

  test("has the bytes that docs/spec/store.md writes down", () => {
    const path = temporaryFile();
    const [tree, code] = [new StoreKey("bank"), new StoreKey("code", "blob")];
    const store = openStore({ path, stores: [code, tree] });
    for (const [version, key] of [
      [7n, "b"],
      [8n, "a"],
    ] as const) {
      const branch = store.branch();
      branch.kv(tree).set(utf8(key), utf8("v"));
      if (version === 8n) branch.kv(code).set(utf8("k"), utf8("w"));
      store.stage(branch, version);
      store.commit();
    }
    const root = store.committed()!.stores[0]!.root;
    store.close();
    const { chunks } = snapshotOf(path, [code, tree]);
    const expected = concatBytes(
      Uint8Array.of(8, 1, 4),
      utf8("bank"),
      root,
      Uint8Array.of(1, 4),
      utf8("code"),
      Uint8Array.of(1, 8, 1),
      utf8("a"),
      Uint8Array.of(1),
      utf8("v"),
      Uint8Array.of(1, 7, 1),
      utf8("b"),
      Uint8Array.of(1),
      utf8("v"),
      Uint8Array.of(2, 8, 0),
      Uint8Array.of(3, 1),
      utf8("k"),
      Uint8Array.of(1),
      utf8("w"),
      Uint8Array.of(0),
    );
    expect(chunks).toEqual([expected]);
  });
});

test("random states come back with the same app hash and go on with the same app hashes", () => {
  const keys = { a: new StoreKey("a"), b: new StoreKey("b"), blobs: new StoreKey("c", "blob") };
  const list = Object.values(keys);
  const write = fc.record({
    store: fc.constantFrom(...list),
    key: fc.uint8Array({ minLength: 1, maxLength: 3 }),
    value: fc.option(fc.uint8Array({ minLength: 1, maxLength: 80 }), { nil: undefined }),
  });
  const blocks = fc.array(fc.array(write, { maxLength: 60 }), { minLength: 1, maxLength: 6 });
  const parts = { before: blocks, after: blocks, first: fc.integer({ min: 1, max: 1_000_000 }) };
  fc.assert(
    fc.property(fc.record(parts), ({ before, after, first }) => {
      const [path, target] = [temporaryFile(), temporaryFile()];
      const original = openStore({ path, stores: list });
      let version = BigInt(first);
      const commit = (store: typeof original, writes: (typeof before)[number], at: bigint) => {
        const branch = store.branch();
        for (const { store: name, key, value } of writes) {
          if (value === undefined) branch.kv(name).delete(key);
          else branch.kv(name).set(key, value);
        }
        store.stage(branch, at);
        return store.commit();
      };
      for (const block of before) commit(original, block, version++);
      restoreInto(target, list, snapshotOf(path, list, 64));
      const restored = openStore({ path: target, stores: list });
      expect(restored.committed()).toEqual(original.committed());
      for (const block of after) {
        expect(commit(restored, block, version)).toEqual(commit(original, block, version));
        version++;
      }
      for (const key of list) {
        expect(entriesOf(restored.branch().kv(key))).toEqual(entriesOf(original.branch().kv(key)));
      }
      original.close();
      restored.close();
    }),
    { numRuns: 40 },
  );
});

describe("the log of the database", () => {
  test.each(["commit", "discard"] as const)(
    "takes no disk after a %s, while others have it open",
    (end) => {
      const { path } = chainOf(40);
      const target = temporaryFile();
      const store = openStore({ path: target, stores });
      const reader = openStoreReader({ path: target, stores });
      const { version, appHash, chunks } = snapshotOf(path, stores);
      const restore = openStoreRestore({ path: target, stores, version, appHash });
      for (const chunk of chunks) restore.push(chunk);
      restore.finish();
      restore[end]();
      expect(statSync(`${target}-wal`).size).toBe(0);
      expect(reader.committed()?.version).toBe(end === "commit" ? version : undefined);
      store.close();
      reader.close();
    },
  );
});

describe("a restore is refused", () => {
  test("into a state that is not empty, which stays as it is", () => {
    const { path } = chainOf(3);
    const { path: target } = chainOf(2);
    const before = snapshotOf(target, stores);
    expect(() => {
      restoreInto(target, stores, snapshotOf(path, stores));
    }).toThrow(stateNotEmpty({ version: 2 }).message);
    expect(snapshotOf(target, stores)).toEqual(before);
  });

  test("into the state of another chain", () => {
    const { path } = chainOf(2);
    const target = temporaryFile();
    openStore({ path: target, stores, chainId: "one" }).close();
    const { version, appHash } = snapshotOf(path, stores);
    const options = { path: target, stores, chainId: "two", version, appHash };
    expect(() => openStoreRestore(options)).toThrow("another chain");
    expect(committedIn(target, stores)).toBeUndefined();
  });

  test("when the program has other stores", () => {
    const { path } = chainOf(2);
    const target = temporaryFile();
    const more = [...stores, new StoreKey("gov")];
    expect(() => {
      restoreInto(target, more, snapshotOf(path, stores));
    }).toThrow("has the tree stores bank, ibc; this program has bank, gov, ibc");
    expect(committedIn(target, more)).toBeUndefined();
    expect(invalidSnapshot.spec.code).toBe(9);
  });
});
