import { assert, assertDefined } from "#core/primitives/assert.js";
import { concatBytes, utf8 } from "#core/primitives/bytes.js";
import { compareText } from "#core/primitives/sorted.js";
import type { IavlNode } from "../iavl/node.js";
import { decodeNode } from "../iavl/nodeRecord.js";
import { MAX_VARINT_BYTES, writeUvarint } from "../iavl/varint.js";
import type { NodeTable } from "../sqlite/nodeTable.js";
import type { StateDatabase } from "../sqlite/stateDatabase.js";
import type { StoreKey } from "../storeKey.js";
import { BOUNDS, TAG } from "./snapshotFormat.js";

/** Blobs in memory at a time. */
const BLOB_PAGE = 8;

const END = Uint8Array.of(TAG.end);
const AFTER = Uint8Array.of(0);

/**
 * The stream of a snapshot of the last version, piece by piece, as docs/spec/store.md, section 15,
 * writes it down. The same state gives the same bytes on every node. Run it in one read transaction.
 */
export function* snapshotPieces(
  database: StateDatabase,
  stores: readonly StoreKey[],
): IterableIterator<Uint8Array> {
  const last = assertDefined(database.versions.last(), "a committed version is written");
  const roots = database.versions.roots(last.version).sort((a, b) => compareText(a.name, b.name));
  const blobs = namedStores(stores, "blob");
  yield concatBytes(
    uvarint(last.version),
    uvarint(roots.length),
    ...roots.flatMap(({ name, root }) => [counted(utf8(name)), root]),
    uvarint(blobs.length),
    ...blobs.map(({ name }) => counted(utf8(name))),
  );
  for (const { node } of roots) {
    if (node !== undefined) yield* treePieces(database.nodes, node);
    yield END;
  }
  for (const key of blobs) {
    const store = database.stores.find(key);
    if (store !== undefined) yield* blobPieces(database, store);
    yield END;
  }
}

/** Stores of a kind in byte order of their names, which are ASCII. */
export function namedStores(
  stores: readonly StoreKey[],
  kind: StoreKey["kind"],
): readonly StoreKey[] {
  return stores.filter((key) => key.kind === kind).sort((a, b) => compareText(a.name, b.name));
}

/** Children before parents; what waits is one node a level, or only the id of one. */
function* treePieces(nodes: NodeTable, root: number): IterableIterator<Uint8Array> {
  const stack: Array<number | IavlNode> = [root];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next !== "number") {
      yield concatBytes(Uint8Array.of(TAG.inner), uvarint(next.version));
      continue;
    }
    const node = decodeNode(next, nodes.get(next));
    if (node.isLeaf()) yield* leafPieces(node);
    else stack.push(node, node.rightId, node.leftId);
  }
}

function* leafPieces({ key, value, version }: IavlNode): IterableIterator<Uint8Array> {
  const bytes = assertDefined(value, "a leaf has a value");
  yield concatBytes(Uint8Array.of(TAG.leaf), uvarint(version), ...entryHead(key, bytes));
  yield bytes;
}

function* blobPieces(database: StateDatabase, store: number): IterableIterator<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  for (;;) {
    const page = database.blobs.page(store, { start }, "ascending", BLOB_PAGE);
    for (const { key, value } of page) {
      yield concatBytes(Uint8Array.of(TAG.entry), ...entryHead(key, value));
      yield value;
      start = concatBytes(key, AFTER);
    }
    if (page.length < BLOB_PAGE) return;
  }
}

/** What stands before a value: the key behind its length, and the value's length. */
function entryHead(key: Uint8Array, value: Uint8Array): readonly Uint8Array[] {
  assert(key.length <= BOUNDS.key, "no key is longer than a snapshot takes");
  assert(value.length <= BOUNDS.value, "no value is longer than a snapshot takes");
  return [counted(key), uvarint(value.length)];
}

function counted(bytes: Uint8Array): Uint8Array {
  return concatBytes(uvarint(bytes.length), bytes);
}

function uvarint(value: number): Uint8Array {
  const bytes = new Uint8Array(MAX_VARINT_BYTES);
  return bytes.subarray(0, writeUvarint(bytes, 0, value));
}
