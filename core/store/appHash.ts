import { sha256 } from "#core/crypto/hash.js";
import { type MerklePath, merklePath, merkleRoot } from "#core/crypto/merkle.js";
import { assertDefined } from "#core/primitives/assert.js";
import { concatBytes, utf8 } from "#core/primitives/bytes.js";
import { compareText } from "#core/primitives/sorted.js";
import { encodeExistence, type InnerOp } from "./ics23.js";
import type { CommitInfo } from "./store.js";

/** The root of one tree store. */
export type StoreRoot = CommitInfo["stores"][number];

const INNER = Uint8Array.of(1);
const EMPTY = new Uint8Array(0);
const LEAF_PREFIX = Uint8Array.of(0);

/** Roots in byte order of the store names, which are ASCII. */
export function sortRoots(roots: readonly StoreRoot[]): StoreRoot[] {
  return roots
    .map(({ name, root }) => ({ name, root }))
    .sort((a, b) => compareText(a.name, b.name));
}

/** The commitment over the roots of all tree stores (store/types/commit_info.go). */
export function computeCommitInfo(version: bigint, roots: readonly StoreRoot[]): CommitInfo {
  const stores = sortRoots(roots);
  return { version, appHash: merkleRoot(stores.map(leafOf)), stores };
}

/** ICS-23 proof that the app hash covers a store's root; the store is one of `info`'s. */
export function proveStore(info: CommitInfo, name: string): Uint8Array {
  const index = info.stores.findIndex((store) => store.name === name);
  const store = assertDefined(info.stores[index], "the store is part of the version");
  const path = merklePath(info.stores.map(leafOf), index);
  const proof = { key: utf8(name), value: store.root, leafPrefix: LEAF_PREFIX };
  return encodeExistence({ ...proof, path: innerOps(path) });
}

/** Name and hash of the root, each behind its length; names are short, so a length is one byte. */
function leafOf(store: StoreRoot): Uint8Array {
  const name = utf8(store.name);
  const rootHash = sha256(store.root);
  return concatBytes(Uint8Array.of(name.length), name, Uint8Array.of(rootHash.length), rootHash);
}

function innerOps(path: MerklePath): InnerOp[] {
  const onLeft = leftTurns(path.index, path.total).reverse();
  return path.siblings.map((sibling, level) =>
    onLeft[level] === true
      ? { prefix: INNER, suffix: sibling }
      : { prefix: concatBytes(INNER, sibling), suffix: EMPTY },
  );
}

/** For each inner node from the root down, whether the leaf is in its left subtree (RFC 6962). */
function leftTurns(index: number, total: number): boolean[] {
  const turns: boolean[] = [];
  let offset = index;
  let size = total;
  while (size > 1) {
    let split = 1;
    while (split * 2 < size) split *= 2;
    const left = offset < split;
    turns.push(left);
    size = left ? split : size - split;
    if (!left) offset -= split;
  }
  return turns;
}
