import { assert, assertDefined } from "#core/primitives/assert.js";
import { concatBytes, equalBytes } from "#core/primitives/bytes.js";
import { sha256 } from "./hash.js";

/** Domain separation of RFC 6962 section 2.1: a leaf never hashes like an inner node. */
const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);

/** Where one leaf sits, and the sibling hashes from it up to the root (RFC 6962 section 2.1.1). */
export interface MerklePath {
  /** Position of the leaf, from 0. */
  readonly index: number;
  /** Number of leaves in the tree, at least 1. */
  readonly total: number;
  /** Sibling hashes, the leaf's own sibling first; 32 bytes each. */
  readonly siblings: readonly Uint8Array[];
}

/**
 * Root of the RFC 6962 Merkle tree over the leaves in order; 32 bytes. The empty list has the root
 * sha256(""). CometBFT and the SDK's multistore build all their roots like this.
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256();
  return rangeRoot(leaves.map(hashLeaf), 0, leaves.length);
}

/** Path from the leaf at `index` to the root; `index` must be below the number of leaves. */
export function merklePath(leaves: readonly Uint8Array[], index: number): MerklePath {
  assert(index >= 0 && index < leaves.length, "merklePath: the leaf is in the tree");
  const hashes = leaves.map(hashLeaf);
  const siblings: Uint8Array[] = [];
  let start = 0;
  let end = leaves.length;
  while (end - start > 1) {
    const split = start + splitPoint(end - start);
    const left = index < split;
    siblings.push(left ? rangeRoot(hashes, split, end) : rangeRoot(hashes, start, split));
    if (left) end = split;
    else start = split;
  }
  return { index, total: leaves.length, siblings: siblings.reverse() };
}

/**
 * Whether `leaf` is at `path.index` of the tree of `path.total` leaves with this root. A path of
 * the wrong length or with an index out of range is simply not a proof.
 */
export function verifyMerklePath(root: Uint8Array, leaf: Uint8Array, path: MerklePath): boolean {
  const { index, total, siblings } = path;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(total)) return false;
  if (index < 0 || index >= total) return false;
  const turns = turnsToLeaf(index, total);
  if (turns.length !== siblings.length) return false;
  // A sibling of another length needs no check: no node has a preimage of another length.
  let hash = hashLeaf(leaf);
  for (const sibling of siblings) {
    hash = turns.pop() === "left" ? hashInner(hash, sibling) : hashInner(sibling, hash);
  }
  return equalBytes(hash, root);
}

/** Which way the path goes at each inner node, from the root down. */
function turnsToLeaf(index: number, total: number): Array<"left" | "right"> {
  const turns: Array<"left" | "right"> = [];
  let offset = index;
  let size = total;
  while (size > 1) {
    const split = splitPoint(size);
    const left = offset < split;
    turns.push(left ? "left" : "right");
    size = left ? split : size - split;
    if (!left) offset -= split;
  }
  return turns;
}

/** Depth is log2 of the number of leaves, so recursion is bounded by 53. */
function rangeRoot(hashes: readonly Uint8Array[], start: number, end: number): Uint8Array {
  if (end - start === 1) return assertDefined(hashes[start], "rangeRoot: the range is in the tree");
  const split = start + splitPoint(end - start);
  return hashInner(rangeRoot(hashes, start, split), rangeRoot(hashes, split, end));
}

/** The largest power of two below `size`, which is at least 2. */
function splitPoint(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function hashLeaf(leaf: Uint8Array): Uint8Array {
  return sha256(concatBytes(LEAF, leaf));
}

function hashInner(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(INNER, left, right));
}
