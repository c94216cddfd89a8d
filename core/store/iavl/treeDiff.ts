import { compareBytes } from "#core/primitives/bytes.js";
import type { IavlNode } from "./node.js";
import type { TreeVersion } from "./treeReader.js";

/** A key on which two versions differ. */
export interface TreeChange {
  readonly key: Uint8Array;
  /** In the target version; undefined when the key is absent there. */
  readonly value: Uint8Array | undefined;
}

/**
 * What must be written to turn the entries of `from` into those of `target`, in key order.
 * Subtrees that both versions share are skipped, so the cost follows the number of changes.
 */
export function* diffTrees(from: TreeVersion, target: TreeVersion): IterableIterator<TreeChange> {
  const theirs = new TreeCursor(from);
  const ours = new TreeCursor(target);
  while (theirs.top() !== undefined || ours.top() !== undefined) {
    if (theirs.top()?.id === ours.top()?.id) {
      theirs.pop();
      ours.pop();
    } else if (theirs.topHeight() === 0 && ours.topHeight() === 0) {
      yield* leafChange(theirs, ours);
    } else {
      // Expanding the higher one brings a shared subtree to both tops at once.
      (theirs.topHeight() >= ours.topHeight() ? theirs : ours).expandTop();
    }
  }
}

function* leafChange(theirs: TreeCursor, ours: TreeCursor): IterableIterator<TreeChange> {
  const a = theirs.top();
  const b = ours.top();
  const order = leafOrder(a, b);
  if (order <= 0) theirs.pop();
  if (order >= 0) ours.pop();
  if (order >= 0 && b !== undefined) yield { key: b.key, value: b.value };
  else if (a !== undefined) yield { key: a.key, value: undefined };
}

/** Negative when only the first tree has the lower key, 0 when both have the same. */
function leafOrder(a: IavlNode | undefined, b: IavlNode | undefined): number {
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return compareBytes(a.key, b.key);
}

/** Subtrees still to be walked, the one with the lowest keys on top. */
class TreeCursor {
  readonly #tree: TreeVersion;
  readonly #stack: IavlNode[];

  constructor(tree: TreeVersion) {
    this.#tree = tree;
    this.#stack = tree.root === undefined ? [] : [tree.root];
  }

  top(): IavlNode | undefined {
    return this.#stack.at(-1);
  }

  /** Height of the top; 0 when nothing is left. */
  topHeight(): number {
    return this.top()?.height ?? 0;
  }

  pop(): void {
    this.#stack.pop();
  }

  /** Replaces the top, which is an inner node, by its subtrees. */
  expandTop(): void {
    const top = this.#stack.pop();
    if (top === undefined) return;
    this.#stack.push(this.#tree.source.rightOf(top), this.#tree.source.leftOf(top));
  }
}
