import { assertDefined } from "#core/primitives/assert.js";

/** Id of a node that is not in the database yet. */
export const UNSAVED = 0;

/** Hash of an empty tree is that of no bytes; every hash has this length. */
export const HASH_BYTES = 32;

/** Gives the subtrees of inner nodes, from memory or from where they are saved. */
export interface NodeSource {
  leftOf(node: IavlNode): IavlNode;
  rightOf(node: IavlNode): IavlNode;
}

/**
 * A node of an IAVL tree. A leaf holds a key and its value; an inner node holds two subtrees and
 * as its key the smallest key of the right one.
 *
 * Saved nodes never change, but for the links to subtrees that were loaded. Unsaved nodes belong
 * to one tree, which may change them; their subtrees are linked, or saved under the given ids.
 */
export class IavlNode {
  key: Uint8Array;
  /** Undefined for inner nodes, and for saved leaves of which only the hash is needed. */
  value: Uint8Array | undefined;
  /** The version in which this node came to be: part of its hash. */
  readonly version: number;
  /** 0 for leaves; an inner node is one above its higher child. */
  height = 0;
  /** Number of leaves at or below this node. */
  size = 1;
  hash: Uint8Array | undefined = undefined;
  id = UNSAVED;
  /** Linked subtrees of an inner node; undefined when they are not in memory. */
  left: IavlNode | undefined = undefined;
  right: IavlNode | undefined = undefined;
  leftId = UNSAVED;
  rightId = UNSAVED;

  constructor(key: Uint8Array, value: Uint8Array | undefined, version: number) {
    this.key = key;
    this.value = value;
    this.version = version;
  }

  isLeaf(): boolean {
    return this.height === 0;
  }

  setLeft(child: IavlNode): void {
    this.left = child;
    this.leftId = child.id;
  }

  setRight(child: IavlNode): void {
    this.right = child;
    this.rightId = child.id;
  }

  /** Hash of a node of a sealed tree; 32 bytes. */
  sealedHash(): Uint8Array {
    return assertDefined(this.hash, "nodes are hashed when their tree is sealed");
  }

  /** Marks the node as saved under `id`; its subtrees are saved before it. */
  settle(id: number): void {
    this.id = id;
    this.leftId = this.left?.id ?? this.leftId;
    this.rightId = this.right?.id ?? this.rightId;
  }

  /** Lets go of the subtrees of a saved node. */
  unlink(): void {
    this.left = undefined;
    this.right = undefined;
  }
}
