import { compareBytes } from "#core/primitives/bytes.js";
import { IavlNode, type NodeSource, UNSAVED } from "./node.js";
import { EMPTY_ROOT, hashInner, hashLeaf } from "./nodeHash.js";

/** A tree whose version is complete. */
export interface SealedTree {
  /** Undefined for an empty tree. */
  readonly root: IavlNode | undefined;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** Nodes that came to be in this version, children before parents. */
  readonly created: readonly IavlNode[];
  /** Ids of saved nodes that the version before has and this one has not. */
  readonly orphans: readonly number[];
}

/**
 * The next version of an IAVL tree, with the shape and the hashes of Cosmos' Go implementation
 * (iavl/mutable_tree.go). Saved nodes stay as they are; what changes on a path is copied once.
 * Recursion is as deep as the tree is high: below 50 for a billion keys.
 */
export class MutableTree {
  readonly #source: NodeSource;
  readonly #version: number;
  readonly #orphans: number[] = [];
  #root: IavlNode | undefined;

  /** `root` is that of the version before; `version` is the one being built. */
  constructor(source: NodeSource, root: IavlNode | undefined, version: number) {
    this.#source = source;
    this.#root = root;
    this.#version = version;
  }

  /** Sets a key; setting the value that it has makes a new leaf all the same. */
  set(key: Uint8Array, value: Uint8Array): void {
    const leaf = new IavlNode(key, value, this.#version);
    this.#root = this.#root === undefined ? leaf : this.#insert(this.#root, leaf);
  }

  /** Removes a key; false when it is absent, which changes nothing. */
  remove(key: Uint8Array): boolean {
    if (this.#root === undefined) return false;
    const removal = this.#removeFrom(this.#root, key);
    if (removal === undefined) return false;
    this.#root = removal.rest;
    return true;
  }

  /** Hashes what is new. The tree must not be changed afterwards. */
  seal(): SealedTree {
    const created: IavlNode[] = [];
    const root = this.#root;
    const hash = root === undefined ? EMPTY_ROOT : this.#seal(root, created);
    return { root, hash, created, orphans: this.#orphans };
  }

  #insert(node: IavlNode, leaf: IavlNode): IavlNode {
    if (node.isLeaf()) return this.#insertAtLeaf(node, leaf);
    const own = this.#own(node);
    const left = compareBytes(leaf.key, own.key) < 0;
    const child = left ? this.#source.leftOf(own) : this.#source.rightOf(own);
    const sizeBefore = child.size;
    const grown = this.#insert(child, leaf);
    if (left) own.setLeft(grown);
    else own.setRight(grown);
    return grown.size === sizeBefore ? own : this.#balance(own);
  }

  #insertAtLeaf(node: IavlNode, leaf: IavlNode): IavlNode {
    const order = compareBytes(leaf.key, node.key);
    if (order === 0) {
      this.#drop(node);
      return leaf;
    }
    const [left, right] = order < 0 ? [leaf, node] : [node, leaf];
    const inner = new IavlNode(right.key, undefined, this.#version);
    inner.setLeft(left);
    inner.setRight(right);
    this.#measure(inner);
    return inner;
  }

  #removeFrom(node: IavlNode, key: Uint8Array): Removal | undefined {
    if (node.isLeaf()) {
      if (compareBytes(key, node.key) !== 0) return undefined;
      this.#drop(node);
      return { rest: undefined, smallest: undefined };
    }
    return compareBytes(key, node.key) < 0
      ? this.#removeLeft(node, key)
      : this.#removeRight(node, key);
  }

  #removeLeft(node: IavlNode, key: Uint8Array): Removal | undefined {
    const removal = this.#removeFrom(this.#source.leftOf(node), key);
    if (removal === undefined) return undefined;
    if (removal.rest === undefined) {
      const rest = this.#source.rightOf(node);
      this.#drop(node);
      return { rest, smallest: node.key };
    }
    const own = this.#own(node);
    own.setLeft(removal.rest);
    return { rest: this.#balance(own), smallest: removal.smallest };
  }

  #removeRight(node: IavlNode, key: Uint8Array): Removal | undefined {
    const removal = this.#removeFrom(this.#source.rightOf(node), key);
    if (removal === undefined) return undefined;
    if (removal.rest === undefined) {
      const rest = this.#source.leftOf(node);
      this.#drop(node);
      return { rest, smallest: undefined };
    }
    const own = this.#own(node);
    own.setRight(removal.rest);
    if (removal.smallest !== undefined) own.key = removal.smallest;
    return { rest: this.#balance(own), smallest: undefined };
  }

  /** Measures an own node and restores the balance at it; gives the root of the subtree. */
  #balance(node: IavlNode): IavlNode {
    this.#measure(node);
    const tilt = this.#tilt(node);
    if (tilt > 1) {
      const left = this.#source.leftOf(node);
      if (this.#tilt(left) < 0) node.setLeft(this.#rotateLeft(this.#own(left)));
      return this.#rotateRight(node);
    }
    if (tilt < -1) {
      const right = this.#source.rightOf(node);
      if (this.#tilt(right) > 0) node.setRight(this.#rotateRight(this.#own(right)));
      return this.#rotateLeft(node);
    }
    return node;
  }

  #rotateRight(node: IavlNode): IavlNode {
    const top = this.#own(this.#source.leftOf(node));
    node.setLeft(this.#source.rightOf(top));
    top.setRight(node);
    this.#measure(node);
    this.#measure(top);
    return top;
  }

  #rotateLeft(node: IavlNode): IavlNode {
    const top = this.#own(this.#source.rightOf(node));
    node.setRight(this.#source.leftOf(top));
    top.setLeft(node);
    this.#measure(node);
    this.#measure(top);
    return top;
  }

  #measure(node: IavlNode): void {
    const left = this.#source.leftOf(node);
    const right = this.#source.rightOf(node);
    node.height = Math.max(left.height, right.height) + 1;
    node.size = left.size + right.size;
  }

  /** Height of the left subtree less that of the right one. */
  #tilt(node: IavlNode): number {
    return this.#source.leftOf(node).height - this.#source.rightOf(node).height;
  }

  /** The inner node itself when this version made it, otherwise a copy that replaces it. */
  #own(node: IavlNode): IavlNode {
    if (node.id === UNSAVED) return node;
    this.#drop(node);
    const copy = new IavlNode(node.key, undefined, this.#version);
    copy.height = node.height;
    copy.size = node.size;
    copy.leftId = node.leftId;
    copy.rightId = node.rightId;
    copy.left = node.left;
    copy.right = node.right;
    return copy;
  }

  #drop(node: IavlNode): void {
    if (node.id !== UNSAVED) this.#orphans.push(node.id);
  }

  #seal(node: IavlNode, created: IavlNode[]): Uint8Array {
    if (node.id !== UNSAVED) return node.sealedHash();
    node.hash =
      node.value === undefined
        ? hashInner(
            node,
            this.#seal(this.#source.leftOf(node), created),
            this.#seal(this.#source.rightOf(node), created),
          )
        : hashLeaf(node, node.value);
    created.push(node);
    return node.hash;
  }
}

/** What a removal leaves of a subtree. */
interface Removal {
  /** Undefined when the subtree was the removed leaf. */
  readonly rest: IavlNode | undefined;
  /** The new smallest key of the subtree, until an ancestor that keeps it is reached. */
  readonly smallest: Uint8Array | undefined;
}
