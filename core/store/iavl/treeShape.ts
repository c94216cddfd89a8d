import { fromUtf8, toHex } from "#core/primitives/bytes.js";
import type { IavlNode, NodeSource } from "./node.js";
import type { TreeVersion } from "./treeReader.js";

/**
 * The tree as text, for tests: an inner node is `(key hHEIGHT sSIZE vVERSION left right)`, a leaf
 * `key@version`, an empty tree `()`. Keys that are not UTF-8 are shown in hex.
 */
export function describeTree(tree: TreeVersion): string {
  return tree.root === undefined ? "()" : describeNode(tree.root, tree.source);
}

function describeNode(node: IavlNode, source: NodeSource): string {
  const key = fromUtf8(node.key) ?? toHex(node.key);
  if (node.isLeaf()) return `${key}@${node.version}`;
  const left = describeNode(source.leftOf(node), source);
  const right = describeNode(source.rightOf(node), source);
  return `(${key} h${node.height} s${node.size} v${node.version} ${left} ${right})`;
}
