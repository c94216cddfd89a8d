import type { IavlNode, NodeSource } from "./iavl/node.js";
import { decodeNode, NodeEncoder } from "./iavl/nodeRecord.js";
import type { NodeTable } from "./sqlite/nodeTable.js";

/**
 * The trees of the last version and of the one being built, as the writer's thread holds them:
 * nodes are linked to the subtrees that were used, so that a walk costs no look-ups. What is held
 * is bounded by cutting the links of the lowest levels. Saved leaves are held without their values:
 * a tree that is built on them needs their hashes only, and reads go to the flat state.
 */
export class LinkedNodes implements NodeSource {
  readonly #table: NodeTable;
  readonly #capacity: number;
  #weight = 0;

  /** `capacity` in nodes of some 400 bytes; those with longer keys count as several. */
  constructor(table: NodeTable, capacity: number) {
    this.#table = table;
    this.#capacity = capacity;
  }

  leftOf(node: IavlNode): IavlNode {
    return (node.left ??= this.load(node.leftId));
  }

  rightOf(node: IavlNode): IavlNode {
    return (node.right ??= this.load(node.rightId));
  }

  /** A saved node without its subtrees. */
  load(id: number): IavlNode {
    const node = decodeNode(id, this.#table.get(id));
    node.value = undefined;
    this.#weight += weightOf(node);
    return node;
  }

  /** Saves new nodes, children before parents, under ids from `firstId` on. */
  save(created: readonly IavlNode[], firstId: number): void {
    const encoder = new NodeEncoder();
    let id = firstId;
    this.#table.insert(firstId, created, (node) => {
      node.settle(id++);
      this.#weight += weightOf(node);
      const record = encoder.encode(node);
      node.value = undefined;
      return record;
    });
  }

  /** Counts nodes that the last version no longer has as let go. */
  release(nodes: number): void {
    this.#weight -= nodes;
  }

  /** Lets go of the lowest levels of saved trees when more than the capacity is held. */
  trim(roots: readonly IavlNode[]): void {
    if (this.#weight <= this.#capacity) return;
    const target = this.#capacity >> 1;
    let held = roots.length;
    let level = roots;
    while (level.length > 0) {
      const below: IavlNode[] = [];
      for (const node of level) {
        if (held >= target) node.unlink();
        else held += collectChildren(node, below);
      }
      level = below;
    }
    this.#weight = held;
  }
}

/** Adds a node's linked subtrees to a list and gives their weight. */
function collectChildren(node: IavlNode, list: IavlNode[]): number {
  let weight = 0;
  for (const child of [node.left, node.right]) {
    if (child === undefined) continue;
    weight += weightOf(child);
    list.push(child);
  }
  return weight;
}

/** Every 512 bytes of a key count as one node more. */
function weightOf(node: IavlNode): number {
  return 1 + (node.key.length >> 9);
}
