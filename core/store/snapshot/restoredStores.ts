import { compareBytes, equalBytes } from "#core/primitives/bytes.js";
import { invalidSnapshot } from "../errors.js";
import type { IavlNode } from "../iavl/node.js";
import { NodeEncoder } from "../iavl/nodeRecord.js";
import type { RootRow } from "../sqlite/versionTable.js";
import type { StateDatabase } from "../sqlite/stateDatabase.js";
import type { SnapshotItem } from "./snapshotItems.js";
import { TreeBuilder } from "./treeBuilder.js";

/** Nodes, and bytes of their values, that wait to be written together. */
const BATCH_NODES = 1_024;
const BATCH_BYTES = 1 << 20;

/** Takes the items of one store and writes them. Fails with `store/9` for what does not fit. */
export interface RestoredStore {
  take(item: SnapshotItem): void;
  /** All items have been taken. */
  finish(): void;
}

/** What a tree store is restored from. */
export interface RestoredTreeParts {
  readonly database: StateDatabase;
  readonly version: number;
  /** The hash that the tree must have. */
  readonly tree: Pick<RootRow, "store" | "name" | "root">;
}

/** Writes the nodes and the current entries of a tree store, and its root. */
export class RestoredTree implements RestoredStore {
  readonly #parts: RestoredTreeParts;
  readonly #builder: TreeBuilder;
  readonly #encoder = new NodeEncoder();
  #batch: IavlNode[] = [];
  #batchBytes = 0;
  #firstId: number;

  constructor(parts: RestoredTreeParts) {
    const { database, version } = parts;
    this.#parts = parts;
    this.#firstId = database.meta.get("nextNode") ?? 1;
    this.#builder = new TreeBuilder(version, this.#firstId);
  }

  take(item: SnapshotItem): void {
    if (item.kind === "leaf") {
      const { key, value, version } = item;
      this.#keep(this.#builder.leaf(version, key, value), value.length);
      this.#parts.database.flat.put(this.#parts.tree.store, key, value);
    } else if (item.kind === "inner") {
      this.#keep(this.#builder.inner(item.version), 0);
    } else {
      throw invalidSnapshot({ problem: `${this.#parts.tree.name} is a tree and has blobs` });
    }
  }

  finish(): void {
    const { database, version, tree } = this.#parts;
    this.#flush();
    database.meta.set("nextNode", this.#builder.nextId);
    const { node, root } = this.#builder.finish();
    if (!equalBytes(root, tree.root)) {
      throw invalidSnapshot({
        problem: `the tree of ${tree.name} has not the hash that it should`,
      });
    }
    database.versions.insertRoot(version, { store: tree.store, node, root });
  }

  #keep(node: IavlNode, bytes: number): void {
    this.#batch.push(node);
    this.#batchBytes += bytes;
    if (this.#batch.length >= BATCH_NODES || this.#batchBytes >= BATCH_BYTES) this.#flush();
  }

  #flush(): void {
    this.#parts.database.nodes.insert(this.#firstId, this.#batch, (node) => {
      const record = this.#encoder.encode(node);
      node.value = undefined;
      return record;
    });
    this.#firstId += this.#batch.length;
    this.#batch = [];
    this.#batchBytes = 0;
  }
}

/** Writes the entries of a blob store. What they must be is for others to check. */
export class RestoredBlobs implements RestoredStore {
  readonly #database: StateDatabase;
  readonly #store: number;
  readonly #name: string;
  #lastKey: Uint8Array | undefined;

  constructor(database: StateDatabase, store: number, name: string) {
    this.#database = database;
    this.#store = store;
    this.#name = name;
  }

  take(item: SnapshotItem): void {
    if (item.kind !== "entry") {
      throw invalidSnapshot({ problem: `${this.#name} holds blobs and has nodes of a tree` });
    }
    if (this.#lastKey !== undefined && compareBytes(this.#lastKey, item.key) >= 0) {
      throw invalidSnapshot({ problem: `keys of ${this.#name} are not in ascending order` });
    }
    this.#lastKey = item.key;
    this.#database.blobs.put(this.#store, item.key, item.value);
  }

  finish(): void {
    this.#lastKey = undefined;
  }
}
