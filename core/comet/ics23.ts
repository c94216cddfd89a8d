import { WireReader } from "#core/codec/wire/reader.js";
import { WireWriter } from "#core/codec/wire/writer.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBytes, concatBytes, equalBytes, startsWith } from "#core/primitives/bytes.js";
import { defineError } from "#core/primitives/errors.js";
import type {
  CommitmentProof,
  ExistenceProof,
  InnerOp,
  LeafOp,
  NonExistenceProof,
} from "./ics23Proof.js";

/** The proof does not prove what it is said to prove; `problem` says why. */
export const invalidProof = defineError("ics23", { code: 2, summary: "proof is invalid" });

/**
 * What the proofs of one kind of tree look like (ICS-23, ProofSpec). Both kinds of this chain are
 * binary, hash with SHA-256, and hash leaves as prefix, key behind its length, sha256 of the value
 * behind its length.
 */
export interface ProofSpec {
  /** Bytes of a child in its parent's preimage. */
  readonly childSize: number;
  /** Bytes before the children. */
  readonly prefixLengthMin: number;
  readonly prefixLengthMax: number;
  /** Whether prefixes are height, size and version of an IAVL node. */
  readonly iavl: boolean;
}

/** Trees of the module stores. A child is its hash behind its length. */
export const IAVL_SPEC: ProofSpec = {
  childSize: 33,
  prefixLengthMin: 4,
  prefixLengthMax: 12,
  iavl: true,
};

/** The tree over the stores' roots, an RFC 6962 tree. */
export const TENDERMINT_SPEC: ProofSpec = {
  childSize: 32,
  prefixLengthMin: 1,
  prefixLengthMax: 1,
  iavl: false,
};

/** A key and the value it is said to have. */
export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** HashOp and LengthOp of proofs.proto. */
const NO_HASH = 0;
const SHA256 = 1;
const VAR_PROTO = 1;

const LEAF_PREFIX = Uint8Array.of(0);
/** Bound of ICS-23 for specs without one of their own; no tree of 2^64 leaves is as deep. */
const DEPTH_MAX = 128;
/** What follows an IAVL inner node's numbers: a length byte, or that, a hash and another one. */
const IAVL_REST = [1, 34];

/**
 * Checks that the tree with this root holds the entry. Fails with `ics23/2`, or `codec/2` when an
 * IAVL prefix does not parse.
 */
export function verifyMembership(
  spec: ProofSpec,
  root: Uint8Array,
  proof: CommitmentProof,
  entry: Entry,
): void {
  const { exist, nonexist } = proof;
  if (exist === undefined || nonexist !== undefined) fail("it is not a proof of existence");
  if (!equalBytes(exist.key, entry.key)) fail("it is of another key");
  if (!equalBytes(exist.value, entry.value)) fail("it is of another value");
  checkRoot(spec, root, exist);
}

/** Checks that the tree with this root does not hold the key. Fails like verifyMembership. */
export function verifyNonMembership(
  spec: ProofSpec,
  root: Uint8Array,
  proof: CommitmentProof,
  key: Uint8Array,
): void {
  const { exist, nonexist } = proof;
  if (nonexist === undefined || exist !== undefined) fail("it is not a proof of absence");
  if (!equalBytes(nonexist.key, key)) fail("it is of another key");
  const { left, right } = nonexist;
  if (left !== undefined) checkRoot(spec, root, left);
  if (right !== undefined) checkRoot(spec, root, right);
  checkOrder(nonexist);
  if (!areNeighbours(spec, left?.path, right?.path)) fail("the keys are not neighbours");
}

/**
 * The root that a proof leads to, which proves nothing by itself: it must be compared with a root
 * that is known, or proven in its turn. Checks the proof's form; fails like verifyMembership.
 */
export function computeProofRoot(spec: ProofSpec, proof: CommitmentProof): Uint8Array {
  const { exist, nonexist } = proof;
  const existence = exist ?? nonexist?.left ?? nonexist?.right;
  if (existence === undefined) fail("it is empty");
  return computeRoot(spec, existence);
}

function fail(problem: string): never {
  throw invalidProof({ problem });
}

function checkOrder({ key, left, right }: NonExistenceProof): void {
  if (left !== undefined && compareBytes(left.key, key) >= 0) fail("the left key is not smaller");
  if (right !== undefined && compareBytes(right.key, key) <= 0) {
    fail("the right key is not greater");
  }
}

function checkRoot(spec: ProofSpec, root: Uint8Array, proof: ExistenceProof): void {
  if (!equalBytes(computeRoot(spec, proof), root)) fail("it leads to another root");
}

function computeRoot(spec: ProofSpec, { key, value, leaf, path }: ExistenceProof): Uint8Array {
  if (leaf === undefined) fail("the leaf is missing");
  if (key.length === 0 || value.length === 0) fail("the key or the value is empty");
  if (path.length > DEPTH_MAX) fail("the path is too long");
  checkLeaf(spec, leaf);
  let hash = sha256(leafPreimage(leaf.prefix, key, value));
  path.forEach((inner, index) => {
    checkInner(spec, inner, BigInt(index + 1));
    hash = sha256(concatBytes(inner.prefix, hash, inner.suffix));
  });
  return hash;
}

function leafPreimage(prefix: Uint8Array, key: Uint8Array, value: Uint8Array): Uint8Array {
  const writer = new WireWriter();
  writer.raw(prefix);
  writer.bytes(key);
  writer.bytes(sha256(value));
  return writer.finish();
}

function checkLeaf(spec: ProofSpec, leaf: LeafOp): void {
  const { hash, prehashKey, prehashValue, length, prefix } = leaf;
  const hashes = hash === SHA256 && prehashKey === NO_HASH && prehashValue === SHA256;
  if (!hashes || length !== VAR_PROTO) fail("the leaf hashes otherwise than the tree");
  if (!startsWith(prefix, LEAF_PREFIX)) fail("the leaf's prefix is not a leaf's");
  // ICS-23 lets a leaf's prefix go on in trees other than IAVL; no honest proof's does.
  const rest = spec.iavl ? readIavlPrefix(prefix, 0n) : prefix.length - LEAF_PREFIX.length;
  if (rest !== 0) fail("the leaf's prefix goes on");
}

/** `layer` counts from the leaf; an IAVL node is at least that high. */
function checkInner(spec: ProofSpec, { hash, prefix, suffix }: InnerOp, layer: bigint): void {
  if (hash !== SHA256) fail("an inner node hashes otherwise than the tree");
  if (startsWith(prefix, LEAF_PREFIX)) fail("an inner node's prefix is a leaf's");
  if (prefix.length < spec.prefixLengthMin) fail("an inner node's prefix is too short");
  if (prefix.length > spec.prefixLengthMax + spec.childSize) {
    fail("an inner node's prefix is too long");
  }
  if (suffix.length % spec.childSize !== 0) fail("an inner node's suffix is not of children");
  if (spec.iavl && !IAVL_REST.includes(readIavlPrefix(prefix, layer))) {
    fail("an inner node's prefix is not of an IAVL node");
  }
}

/** Reads height, size and version, none negative, and gives the number of bytes after them. */
function readIavlPrefix(prefix: Uint8Array, heightMin: bigint): number {
  const reader = new WireReader(prefix);
  const [height, size, version] = [readSigned(reader), readSigned(reader), readSigned(reader)];
  if (height < heightMin || size < 0n || version < 0n) fail("an IAVL prefix is out of range");
  return reader.end - reader.position;
}

/** Zig-zag varint, as Go writes signed integers. */
function readSigned(reader: WireReader): bigint {
  const value = reader.uint64("IAVL prefix");
  return (value & 1n) === 0n ? value >> 1n : -(value >> 1n) - 1n;
}

/** Whether nothing can be between the two leaves, or before the one, or after the other. */
function areNeighbours(
  spec: ProofSpec,
  left: readonly InnerOp[] | undefined,
  right: readonly InnerOp[] | undefined,
): boolean {
  if (left === undefined) return right !== undefined && isOutermost(spec, right, "left");
  if (right === undefined) return isOutermost(spec, left, "right");
  let shared = 0;
  while (isSameNode(left.at(-1 - shared), right.at(-1 - shared))) shared++;
  const [leftEnd, rightEnd] = [left.length - shared - 1, right.length - shared - 1];
  return (
    sideOf(spec, left[leftEnd]) === "left" &&
    sideOf(spec, right[rightEnd]) === "right" &&
    isOutermost(spec, left.slice(0, leftEnd), "right") &&
    isOutermost(spec, right.slice(0, rightEnd), "left")
  );
}

/** Whether two paths go on in the same way; where one has ended they do not. */
function isSameNode(a: InnerOp | undefined, b: InnerOp | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return equalBytes(a.prefix, b.prefix) && equalBytes(a.suffix, b.suffix);
}

function isOutermost(spec: ProofSpec, path: readonly InnerOp[], side: "left" | "right"): boolean {
  return path.every((inner) => sideOf(spec, inner) === side);
}

/** Which child of its parent the proven one is, by what surrounds it. */
function sideOf(spec: ProofSpec, inner: InnerOp | undefined): "left" | "right" | undefined {
  if (inner === undefined) return undefined;
  const { prefix, suffix } = inner;
  const { childSize, prefixLengthMin, prefixLengthMax } = spec;
  const isBetween = (extra: number): boolean =>
    prefix.length >= prefixLengthMin + extra && prefix.length <= prefixLengthMax + extra;
  if (isBetween(0) && suffix.length === childSize) return "left";
  if (isBetween(childSize) && suffix.length === 0) return "right";
  return undefined;
}
