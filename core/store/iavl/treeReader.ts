import { compareBytes } from "#core/primitives/bytes.js";
import type { IterationOrder, KeyRange } from "../kv.js";
import type { IavlNode, NodeSource } from "./node.js";

/** A complete version of a tree. */
export interface TreeVersion {
  /** Undefined for an empty tree. */
  readonly root: IavlNode | undefined;
  readonly source: NodeSource;
}

/** The way from the root to where a key is or would be. */
export interface TreePath {
  /** The leaf at the end, whose key may be another one. */
  readonly leaf: IavlNode;
  /** Inner nodes from the root down. */
  readonly inner: readonly IavlNode[];
}

/** The path of a key; undefined in an empty tree. */
export function findPath(tree: TreeVersion, key: Uint8Array): TreePath | undefined {
  let node = tree.root;
  if (node === undefined) return undefined;
  const inner: IavlNode[] = [];
  while (!node.isLeaf()) {
    inner.push(node);
    node = childTowards(tree.source, node, key);
  }
  return { leaf: node, inner };
}

/** The value of a key; undefined when it is absent. */
export function findValue(tree: TreeVersion, key: Uint8Array): Uint8Array | undefined {
  let node = tree.root;
  while (node !== undefined && !node.isLeaf()) node = childTowards(tree.source, node, key);
  return node !== undefined && compareBytes(node.key, key) === 0 ? node.value : undefined;
}

/** Leaves of a range in key order; the stack holds one node per level. */
export function* iterateLeaves(
  tree: TreeVersion,
  range: KeyRange,
  order: IterationOrder = "ascending",
): IterableIterator<IavlNode> {
  const stack = tree.root === undefined ? [] : [tree.root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.isLeaf()) {
      if (isWithin(node.key, range)) yield node;
      continue;
    }
    const subtrees = subtreesWithin(tree.source, node, range);
    stack.push(...(order === "ascending" ? subtrees.reverse() : subtrees));
  }
}

/** The subtrees, lower first, that can hold keys of the range. */
function subtreesWithin(source: NodeSource, node: IavlNode, range: KeyRange): IavlNode[] {
  const subtrees: IavlNode[] = [];
  if (range.start === undefined || compareBytes(range.start, node.key) < 0) {
    subtrees.push(source.leftOf(node));
  }
  if (range.end === undefined || compareBytes(range.end, node.key) > 0) {
    subtrees.push(source.rightOf(node));
  }
  return subtrees;
}

function isWithin(key: Uint8Array, range: KeyRange): boolean {
  if (range.start !== undefined && compareBytes(key, range.start) < 0) return false;
  return range.end === undefined || compareBytes(key, range.end) < 0;
}

function childTowards(source: NodeSource, node: IavlNode, key: Uint8Array): IavlNode {
  return compareBytes(key, node.key) < 0 ? source.leftOf(node) : source.rightOf(node);
}
