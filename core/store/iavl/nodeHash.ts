import { sha256 } from "#core/crypto/hash.js";
import type { IavlNode } from "./node.js";
import { HASH_BYTES } from "./node.js";
import { MAX_VARINT_BYTES, writeSvarint, writeUvarint } from "./varint.js";

/** The empty tree's hash, sha256(""). */
export const EMPTY_ROOT = sha256();

/** A preimage is built here and hashed at once. */
const SCRATCH = new Uint8Array(1024);

/** Three varints and two hashes, each behind its length; a leaf has a key in place of one. */
const FIXED_BYTES = 4 * MAX_VARINT_BYTES + 2 * (1 + HASH_BYTES);

/**
 * Writes what begins every preimage and, in ICS-23, every op's prefix: height, size and version as
 * zig-zag varints. Gives the offset after it.
 */
export function writeNodePrefix(target: Uint8Array, node: IavlNode): number {
  let at = writeSvarint(target, 0, node.height);
  at = writeSvarint(target, at, node.size);
  return writeSvarint(target, at, node.version);
}

/** Hash of a leaf: prefix, key and the hash of the value (iavl/node.go, writeHashBytes). */
export function hashLeaf(leaf: IavlNode, value: Uint8Array): Uint8Array {
  const needed = FIXED_BYTES + leaf.key.length;
  const target = needed <= SCRATCH.length ? SCRATCH : new Uint8Array(needed);
  let at = writeNodePrefix(target, leaf);
  at = writeUvarint(target, at, leaf.key.length);
  target.set(leaf.key, at);
  at = writeHash(target, at + leaf.key.length, sha256(value));
  return sha256(target.subarray(0, at));
}

/** Hash of an inner node: prefix and the hashes of its subtrees. Its key is not hashed. */
export function hashInner(node: IavlNode, left: Uint8Array, right: Uint8Array): Uint8Array {
  let at = writeNodePrefix(SCRATCH, node);
  at = writeHash(SCRATCH, at, left);
  at = writeHash(SCRATCH, at, right);
  return sha256(SCRATCH.subarray(0, at));
}

/** Writes a hash behind its length, as Go's encoding of bytes has it. */
export function writeHash(target: Uint8Array, offset: number, hash: Uint8Array): number {
  target[offset] = HASH_BYTES;
  target.set(hash, offset + 1);
  return offset + 1 + HASH_BYTES;
}
