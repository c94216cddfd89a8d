import type { IavlNode, NodeSource } from "#core/store/iavl/node.js";
import { decodeNode, NodeEncoder } from "#core/store/iavl/nodeRecord.js";

/** Tree nodes as records in memory; every use of a node decodes it again. */
export class MemoryNodes implements NodeSource {
  readonly #records = new Map<number, Uint8Array>();
  #next = 1;

  /** Saves new nodes, children before parents. */
  save(created: readonly IavlNode[]): void {
    const encoder = new NodeEncoder();
    for (const node of created) {
      node.settle(this.#next++);
      this.#records.set(node.id, encoder.encode(node).slice());
      node.unlink();
    }
  }

  leftOf(node: IavlNode): IavlNode {
    return node.left ?? this.#load(node.leftId);
  }

  rightOf(node: IavlNode): IavlNode {
    return node.right ?? this.#load(node.rightId);
  }

  #load(id: number): IavlNode {
    const record = this.#records.get(id);
    if (record === undefined) throw new Error(`there is no node ${id}`);
    return decodeNode(id, record);
  }
}
