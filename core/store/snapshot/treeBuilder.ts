import { compareBytes } from "#core/primitives/bytes.js";
import { invalidSnapshot } from "../errors.js";
import { IavlNode } from "../iavl/node.js";
import { EMPTY_ROOT, hashInner, hashLeaf } from "../iavl/nodeHash.js";
import { BOUNDS } from "./snapshotFormat.js";

/** A complete subtree that waits for its parent. */
interface Subtree {
  readonly node: IavlNode;
  readonly smallest: Uint8Array;
}

/**
 * Rebuilds a tree from its nodes in post-order. What a peer says of a node is its version, and a
 * leaf's key and value; height, size, the key of an inner node and the hash follow from these. Fails
 * with `store/9` for what no tree of this program can be: keys out of order, versions of the future
 * or above the parent's, subtrees out of balance. Memory is one subtree a level.
 */
export class TreeBuilder {
  readonly #version: number;
  readonly #waiting: Subtree[] = [];
  #lastKey: Uint8Array | undefined;
  #nextId: number;

  /** `version` is that of the snapshot; nodes get ids from `firstId` on. */
  constructor(version: number, firstId: number) {
    this.#version = version;
    this.#nextId = firstId;
  }

  /** The id that the next node gets. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Adds a leaf, whose bytes the caller leaves alone. */
  leaf(version: number, key: Uint8Array, value: Uint8Array): IavlNode {
    if (this.#lastKey !== undefined && compareBytes(this.#lastKey, key) >= 0) {
      throw invalidSnapshot({ problem: "keys of a tree are not in ascending order" });
    }
    if (this.#waiting.length >= BOUNDS.levels) {
      throw invalidSnapshot({ problem: `a tree has more than ${BOUNDS.levels} levels` });
    }
    const node = new IavlNode(key, value, this.#checkVersion(version, 1));
    node.hash = hashLeaf(node, value);
    this.#lastKey = key;
    return this.#add({ node, smallest: key });
  }

  /** Adds the parent of the last two subtrees. */
  inner(version: number): IavlNode {
    const right = this.#waiting.pop();
    const left = this.#waiting.pop();
    if (left === undefined || right === undefined) {
      throw invalidSnapshot({ problem: "an inner node has less than two subtrees" });
    }
    const least = Math.max(left.node.version, right.node.version);
    const node = new IavlNode(right.smallest, undefined, this.#checkVersion(version, least));
    if (Math.abs(left.node.height - right.node.height) > 1) {
      throw invalidSnapshot({ problem: "a tree is out of balance" });
    }
    node.height = Math.max(left.node.height, right.node.height) + 1;
    node.size = left.node.size + right.node.size;
    node.leftId = left.node.id;
    node.rightId = right.node.id;
    node.hash = hashInner(node, left.node.sealedHash(), right.node.sealedHash());
    return this.#add({ node, smallest: left.smallest });
  }

  /** The whole tree: its root's id, undefined for an empty one, and its hash. */
  finish(): { readonly node: number | undefined; readonly root: Uint8Array } {
    if (this.#waiting.length > 1) {
      throw invalidSnapshot({ problem: `a tree ends as ${this.#waiting.length} trees` });
    }
    const node = this.#waiting[0]?.node;
    return { node: node?.id, root: node?.sealedHash() ?? EMPTY_ROOT };
  }

  #add(subtree: Subtree): IavlNode {
    subtree.node.id = this.#nextId++;
    this.#waiting.push(subtree);
    return subtree.node;
  }

  #checkVersion(version: number, least: number): number {
    if (version >= least && version <= this.#version) return version;
    throw invalidSnapshot({
      problem: `a node is of version ${version}; ${least} to ${this.#version} are possible`,
    });
  }
}
