import { GenerationCache } from "./generationCache.js";
import type { IavlNode, NodeSource } from "./iavl/node.js";
import { decodeNode } from "./iavl/nodeRecord.js";
import type { NodeTable } from "./sqlite/nodeTable.js";

/** Leaves with longer values are read from the database each time. */
const LARGEST_CACHED_BYTES = 4096;

/** The nodes of all kept versions, for reading, with a bounded memory of those used lately. */
export class SavedNodes implements NodeSource {
  readonly #table: NodeTable;
  readonly #cache: GenerationCache<number, IavlNode>;

  /** Remembers `capacity` to twice as many nodes, of some 400 bytes each plus longer values. */
  constructor(table: NodeTable, capacity: number) {
    this.#table = table;
    this.#cache = new GenerationCache(capacity);
  }

  /** The node must exist: ids come from roots and nodes that are kept. */
  get(id: number): IavlNode {
    const known = this.#cache.get(id);
    if (known !== undefined) return known;
    const record = this.#table.get(id);
    const node = decodeNode(id, record);
    if (record.length <= LARGEST_CACHED_BYTES) this.#cache.set(id, node);
    return node;
  }

  leftOf(node: IavlNode): IavlNode {
    return this.get(node.leftId);
  }

  rightOf(node: IavlNode): IavlNode {
    return this.get(node.rightId);
  }
}
