import { assertDefined } from "#core/primitives/assert.js";
import { compareBytes, equalBytes } from "#core/primitives/bytes.js";
import {
  encodeExistence,
  encodeNonExistence,
  type ExistenceProof,
  type InnerOp,
} from "../ics23.js";
import { HASH_BYTES, type IavlNode, type NodeSource } from "./node.js";
import { writeHash, writeNodePrefix } from "./nodeHash.js";
import { findPath, type TreePath, type TreeVersion } from "./treeReader.js";
import { MAX_VARINT_BYTES } from "./varint.js";

/** A key's value, if it has one, and the proof of that. */
export interface TreeProof {
  readonly value: Uint8Array | undefined;
  /** Bytes of a cosmos.ics23.v1.CommitmentProof for the IAVL spec. */
  readonly proof: Uint8Array;
}

/**
 * Proves that a key has its value or is absent (iavl/proof_ics23.go). An empty tree proves
 * absence without neighbours, as Go does; verifiers refuse that.
 */
export function proveKey(tree: TreeVersion, key: Uint8Array): TreeProof {
  const path = findPath(tree, key);
  if (path !== undefined && equalBytes(path.leaf.key, key)) {
    const proof = existenceOf(path, tree.source);
    return { value: proof.value, proof: encodeExistence(proof) };
  }
  const [left, right] = path === undefined ? [] : neighbours(path, tree.source, key);
  const proof = encodeNonExistence({
    key,
    left: left === undefined ? undefined : existenceOf(left, tree.source),
    right: right === undefined ? undefined : existenceOf(right, tree.source),
  });
  return { value: undefined, proof };
}

/** Paths of the leaves beside the place of an absent key, given the path to that place. */
function neighbours(
  path: TreePath,
  source: NodeSource,
  key: Uint8Array,
): readonly [TreePath | undefined, TreePath | undefined] {
  if (compareBytes(path.leaf.key, key) < 0) return [path, sidePath(path, source, "right")];
  return [sidePath(path, source, "left"), path];
}

/** Path of the next leaf on one side of a path's leaf; undefined when there is none. */
function sidePath(
  path: TreePath,
  source: NodeSource,
  side: "left" | "right",
): TreePath | undefined {
  const { leaf, inner } = path;
  const depth = inner.findLastIndex((node) => goesLeft(leaf, node) === (side === "right"));
  const fork = inner[depth];
  if (fork === undefined) return undefined;
  const way = inner.slice(0, depth + 1);
  let node = side === "right" ? source.rightOf(fork) : source.leftOf(fork);
  while (!node.isLeaf()) {
    way.push(node);
    node = side === "right" ? source.leftOf(node) : source.rightOf(node);
  }
  return { leaf: node, inner: way };
}

function existenceOf(path: TreePath, source: NodeSource): ExistenceProof {
  const { leaf, inner } = path;
  const prefix = new Uint8Array(3 * MAX_VARINT_BYTES);
  return {
    key: leaf.key,
    value: assertDefined(leaf.value, "a leaf has a value"),
    leafPrefix: prefix.subarray(0, writeNodePrefix(prefix, leaf)),
    path: inner.map((node) => innerOp(node, source, goesLeft(leaf, node))).reverse(),
  };
}

function innerOp(node: IavlNode, source: NodeSource, left: boolean): InnerOp {
  const sibling = left ? source.rightOf(node) : source.leftOf(node);
  const bytes = new Uint8Array(3 * MAX_VARINT_BYTES + 2 + HASH_BYTES);
  const fixed = writeNodePrefix(bytes, node);
  if (left) {
    bytes[fixed] = HASH_BYTES;
    const end = writeHash(bytes, fixed + 1, sibling.sealedHash());
    return { prefix: bytes.subarray(0, fixed + 1), suffix: bytes.subarray(fixed + 1, end) };
  }
  const end = writeHash(bytes, fixed, sibling.sealedHash());
  bytes[end] = HASH_BYTES;
  return { prefix: bytes.subarray(0, end + 1), suffix: bytes.subarray(end + 1, end + 1) };
}

/** Whether a leaf that is below an inner node is in its left subtree. */
function goesLeft(leaf: IavlNode, node: IavlNode): boolean {
  return compareBytes(leaf.key, node.key) < 0;
}
