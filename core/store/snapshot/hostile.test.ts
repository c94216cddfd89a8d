import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256 as shaOf } from "#core/crypto/hash.js";
import { concatBytes, utf8 } from "#core/primitives/bytes.js";
import { caught } from "#test/harness/caught.js";
import { committedIn, restoreInto, snapshotOf } from "#test/harness/storeSnapshots.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { computeCommitInfo } from "../appHash.js";
import { invalidSnapshot } from "../errors.js";
import { openStore } from "../multistore.js";
import { StoreKey } from "../storeKey.js";
import { openStoreRestore } from "./restore.js";
import { CHUNK_BYTES, chunkDigests, describeSnapshot, isChunkOf } from "./snapshotFormat.js";

const BANK = new StoreKey("bank");
const CODE = new StoreKey("code", "blob");
const stores = [BANK, CODE];
const ROOT = new Uint8Array(32).fill(7);

/** A number as LEB128. */
function number(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.of(...bytes, Number(rest));
}

function counted(bytes: Uint8Array): Uint8Array {
  return concatBytes(number(BigInt(bytes.length)), bytes);
}

const header = concatBytes(
  Uint8Array.of(9, 1),
  counted(utf8("bank")),
  ROOT,
  Uint8Array.of(1),
  counted(utf8("code")),
);
const appHash = computeCommitInfo(9n, [{ name: "bank", root: ROOT }]).appHash;

function leaf(key: string, version = 9): Uint8Array {
  return concatBytes(Uint8Array.of(1, version), counted(utf8(key)), counted(utf8("v")));
}

function inner(version = 9): Uint8Array {
  return Uint8Array.of(2, version);
}

function entry(key: string): Uint8Array {
  return concatBytes(Uint8Array.of(3), counted(utf8(key)), counted(utf8("blob")));
}

const END = Uint8Array.of(0);

/** What the restore says of a stream behind a good header; the state must be empty afterwards. */
function refusalOf(...items: readonly Uint8Array[]): string {
  return refusalOfStream(concatBytes(header, ...items));
}

function refusalOfStream(stream: Uint8Array): string {
  const path = temporaryFile();
  const error = caught(() => {
    restoreInto(path, stores, { version: 9n, appHash, chunks: [stream] });
  });
  expect(invalidSnapshot.is(error), String(error)).toBe(true);
  expectEmpty(path);
  return (error as Error).message;
}

/** The state is as new: a block can be executed on it and another snapshot restored. */
function expectEmpty(path: string): void {
  expect(committedIn(path, stores)).toBeUndefined();
  const store = openStore({ path, stores });
  expect([...store.branch().kv(BANK).iterate({})]).toEqual([]);
  expect([...store.branch().kv(CODE).iterate({})]).toEqual([]);
  store.close();
}

describe("a stream that is no tree of ours is refused, and the state stays empty", () => {
  test.each([
    ["keys out of order", [leaf("b"), leaf("a")], "not in ascending order"],
    ["a key twice", [leaf("a"), leaf("a")], "not in ascending order"],
    ["a node of the future", [leaf("a", 10)], "of version 10; 1 to 9"],
    ["a node of version 0", [leaf("a", 0)], "of version 0; 1 to 9"],
    [
      "a parent older than its child",
      [leaf("a", 8), leaf("b", 7), inner(7)],
      "of version 7; 8 to 9",
    ],
    ["a parent of one", [leaf("a"), inner()], "less than two subtrees"],
    ["a parent of none", [inner()], "less than two subtrees"],
    ["two trees in one store", [leaf("a"), leaf("b"), END], "ends as 2 trees"],
    [
      "a tree out of balance",
      [leaf("a"), leaf("b"), leaf("c"), leaf("d"), inner(), inner(), inner()],
      "out of balance",
    ],
    ["another tree", [leaf("a"), END], "tree of bank has not the hash"],
    ["an empty tree", [END], "tree of bank has not the hash"],
    ["a blob in a tree", [entry("a")], "bank is a tree and has blobs"],
    ["an unknown item", [Uint8Array.of(9)], "an item begins with 9"],
    ["a key without bytes", [Uint8Array.of(1, 9, 0)], "a key has 0 bytes; 1 to 131071"],
    [
      "a value without bytes",
      [Uint8Array.of(1, 9, 1, 97, 0)],
      "a value has 0 bytes; 1 to 67108864",
    ],
    [
      "a key that would fill memory",
      [Uint8Array.of(1, 9), number((1n << 52n) - 1n)],
      "a key has 4503599627370495 bytes",
    ],
    [
      "a value that would fill memory",
      [Uint8Array.of(1, 9, 1, 97), number(1n << 40n)],
      "a value has 1099511627776 bytes",
    ],
    ["a number of 2^52", [Uint8Array.of(2), number(1n << 52n)], "not below 2^52"],
    ["a number that never ends", [Uint8Array.of(2), new Uint8Array(9).fill(255)], "not below 2^52"],
    ["a number in a longer form", [Uint8Array.of(2, 0x89, 0)], "not in its shortest form"],
    ["an early end", [leaf("a")], "it ends early"],
    ["an item that is not whole", [leaf("a").subarray(0, 3)], "it ends early"],
  ])("%s", (_, items, problem) => {
    expect(refusalOf(...items)).toContain(problem);
  });

  test("a tree that is deeper than any of ours, before it fills memory", () => {
    const leaves = Array.from({ length: 65 }, (_, n) => leaf(String.fromCharCode(40 + n)));
    expect(refusalOf(...leaves)).toContain("more than 64 levels");
  });
});

test("any sequence of items is refused or taken, and nothing else happens", () => {
  const path = temporaryFile();
  const small = fc.uint8Array({ minLength: 1, maxLength: 4 });
  const version = fc.integer({ min: 0, max: 11 });
  const item = fc.oneof(
    fc
      .record({ version, key: small })
      .map(({ version: of, key }) =>
        concatBytes(Uint8Array.of(1, of), counted(key), counted(utf8("v"))),
      ),
    version.map(inner),
    small.map((key) => concatBytes(Uint8Array.of(3), counted(key), counted(utf8("blob")))),
    fc.constant(END),
    fc.uint8Array({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 30 }),
      fc.integer({ min: 1, max: 40 }),
      (items, cut) => {
        const stream = concatBytes(header, ...items);
        const restore = openStoreRestore({ path, stores, version: 9n, appHash });
        const error = caught(() => {
          for (let at = 0; at < stream.length; at += cut)
            restore.push(stream.subarray(at, at + cut));
          restore.finish();
        });
        restore.discard();
        // Nobody knows a tree of the hash 0707…
        expect(invalidSnapshot.is(error)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
  expectEmpty(path);
});

describe("a header that does not fit is refused, and the state stays empty", () => {
  test.each([
    [
      "another version",
      concatBytes(Uint8Array.of(8), header.subarray(1)),
      "is of version 8, not 9",
    ],
    ["another root", concatBytes(header.subarray(0, 8), END, header.subarray(9)), "app hash"],
    ["too many stores", concatBytes(Uint8Array.of(9), number(257n)), "has 257 stores; up to 256"],
    ["a long name", concatBytes(Uint8Array.of(9, 1, 33)), "has 33 bytes; 1 to 32"],
    ["a name that is not UTF-8", concatBytes(Uint8Array.of(9, 1, 1, 255), ROOT), "not UTF-8"],
    ["no stores", Uint8Array.of(9, 0, 0), "has the tree stores ; this program has bank"],
    ["no blob stores", concatBytes(header.subarray(0, 39), END), "has the blob stores ; this"],
    ["nothing", new Uint8Array(0), "it ends early"],
  ])("%s", (_, stream, problem) => {
    expect(refusalOfStream(stream)).toContain(problem);
  });
});

/** A small state whose snapshot is damaged below. */
function smallChain(): string {
  const path = temporaryFile();
  const store = openStore({ path, stores });
  for (let version = 1n; version <= 9n; version++) {
    const branch = store.branch();
    branch.kv(BANK).set(utf8(`key-${version % 7n}`), utf8(`value-${version}`));
    if (version > 7n) branch.kv(CODE).set(utf8(`digest-${version}`), utf8("code"));
    store.stage(branch, version);
    store.commit();
  }
  store.close();
  return path;
}

describe("a damaged snapshot", () => {
  test("is refused wherever a bit of it is flipped, but for the bytes of blobs and their keys", () => {
    const path = smallChain();
    const snapshot = snapshotOf(path, stores);
    const whole = concatBytes(...snapshot.chunks);
    const blobsAt = Buffer.from(whole).indexOf("digest-8") - 2;
    expect(blobsAt).toBeGreaterThan(100);
    const target = temporaryFile();
    let acceptedBlobs = 0;
    for (let at = 0; at < whole.length; at++) {
      for (const bit of [1, 128]) {
        const damaged = whole.slice();
        damaged[at]! ^= bit;
        const { version, appHash: trusted } = snapshot;
        const restore = openStoreRestore({ path: target, stores, version, appHash: trusted });
        const error = caught(() => {
          restore.push(damaged);
          restore.finish();
        });
        restore.discard();
        if (error === undefined) acceptedBlobs++;
        else expect(invalidSnapshot.is(error), `byte ${at}`).toBe(true);
        if (at < blobsAt) expect(error, `byte ${at}`).toBeDefined();
      }
    }
    // What no hash of the state covers is the program's to check.
    expect(acceptedBlobs).toBeGreaterThan(0);
    expectEmpty(target);
    restoreInto(target, stores, snapshot);
    expect(committedIn(target, stores)).toEqual(committedIn(path, stores));
  });

  test("is refused at every length but its own", () => {
    const path = smallChain();
    const { chunks, ...rest } = snapshotOf(path, stores);
    const whole = concatBytes(...chunks);
    const target = temporaryFile();
    for (let length = 0; length < whole.length; length++) {
      const error = caught(() => {
        restoreInto(target, stores, { ...rest, chunks: [whole.subarray(0, length)] });
      });
      expect(invalidSnapshot.is(error), `${length} bytes`).toBe(true);
    }
    expect(() => {
      restoreInto(target, stores, { ...rest, chunks: [whole, END] });
    }).toThrow("bytes follow the last store");
    expectEmpty(target);
  });

  test("is restored from chunks of any length, and refused with one missing, extra or moved", () => {
    const path = smallChain();
    for (const size of [1, 2, 3, 7, 50]) {
      const target = temporaryFile();
      restoreInto(target, stores, snapshotOf(path, stores, size));
      expect(committedIn(target, stores)).toEqual(committedIn(path, stores));
    }
    const { chunks, ...rest } = snapshotOf(path, stores, 20);
    const target = temporaryFile();
    const [first, second, ...others] = chunks;
    for (const wrong of [
      [second!, first!, ...others],
      [first!, ...others],
      [first!, second!, second!, ...others],
      chunks.slice(0, -1),
      [...chunks, first!],
    ]) {
      expect(() => {
        restoreInto(target, stores, { ...rest, chunks: wrong });
      }).toThrow(invalidSnapshot.spec.summary);
      expectEmpty(target);
    }
  });
});

describe("a description", () => {
  const digests = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const good = describeSnapshot(5n, digests);

  test("names the digests that it was made of", () => {
    expect(good).toMatchObject({ height: 5n, format: 1, chunks: 2 });
    expect(chunkDigests(good)).toEqual(digests);
    const u32 = (value: number) => Uint8Array.of(0, 0, 0, value);
    const height = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 5);
    const domain = utf8("aivm/store/snapshot/v1");
    const bytes = [u32(22), domain, u32(8), height, u32(64), ...digests];
    expect(good.hash).toEqual(shaOf(concatBytes(...bytes)));
  });

  test.each([
    ["height 0", { height: 0n }, "its height is 0"],
    ["a height of 2^52", { height: 1n << 52n }, "its height is 4503599627370496"],
    ["no chunks", { chunks: 0, metadata: new Uint8Array(0) }, "has 0 chunks"],
    ["too many chunks", { chunks: 65_537 }, "has 65537 chunks; 1 to 65536"],
    ["fewer digests than chunks", { chunks: 3 }, "metadata of 3 chunks has 64 bytes"],
    ["another height", { height: 6n }, "hash is not that of height and metadata"],
    ["another hash", { hash: new Uint8Array(32) }, "hash is not that of height and metadata"],
    ["a hash without bytes", { hash: new Uint8Array(0) }, "hash is not that"],
    ["another digest", { metadata: new Uint8Array(64) }, "hash is not that"],
  ])("with %s is refused", (_, change, problem) => {
    expect(() => chunkDigests({ ...good, ...change })).toThrow(problem);
  });

  test("takes a chunk of its digest only, and none that is longer than chunks are", () => {
    const chunk = utf8("chunk");
    const [digest] = chunkDigests(describeSnapshot(1n, [shaOf(chunk)]));
    expect(isChunkOf(digest!, chunk)).toBe(true);
    expect(isChunkOf(digest!, utf8("chunks"))).toBe(false);
    const long = new Uint8Array(CHUNK_BYTES + 1);
    expect(isChunkOf(shaOf(long), long)).toBe(false);
  });
});
