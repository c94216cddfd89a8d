import { versionGone } from "./errors.js";
import type { IavlNode } from "./iavl/node.js";
import { iterateLeaves, findValue, type TreeVersion } from "./iavl/treeReader.js";
import type { IterationOrder, KeyRange, KvEntry, KvReader } from "./kv.js";
import { iteratePages } from "./pagedIteration.js";
import type { SavedNodes } from "./savedNodes.js";
import type { StateDatabase } from "./sqlite/stateDatabase.js";
import { assertDefined } from "#core/primitives/assert.js";

/** Which tree store is read, and as of which version. */
export interface SnapshotParts {
  readonly database: StateDatabase;
  readonly nodes: SavedNodes;
  /** Number of the store. */
  readonly store: number;
  readonly version: number;
}

/**
 * A tree store as one version left it. The last version is read from the flat table, older ones
 * from their trees. Fails with `versionGone` once the version is pruned.
 */
export class SnapshotKv implements KvReader {
  readonly #parts: SnapshotParts;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const { database, store } = this.#parts;
    return database.read(() =>
      this.#isLast() ? database.flat.get(store, key) : findValue(this.#tree(), key),
    );
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  iterate(range: KeyRange, order: IterationOrder = "ascending"): IterableIterator<KvEntry> {
    const { database, store } = this.#parts;
    const fetch = (rest: KeyRange, limit: number): KvEntry[] =>
      database.read(() =>
        this.#isLast()
          ? database.flat.page(store, rest, order, limit)
          : leafPage(iterateLeaves(this.#tree(), rest, order), limit),
      );
    return iteratePages(fetch, range, order);
  }

  #isLast(): boolean {
    return this.#parts.database.versions.last()?.version === this.#parts.version;
  }

  #tree(): TreeVersion {
    const { database, nodes, store, version } = this.#parts;
    if (database.versions.find(version) === undefined) throw versionGone({ version });
    const root = database.versions.roots(version).find((row) => row.store === store)?.node;
    return { root: root === undefined ? undefined : nodes.get(root), source: nodes };
  }
}

function leafPage(leaves: IterableIterator<IavlNode>, limit: number): KvEntry[] {
  const page: KvEntry[] = [];
  for (const { key, value } of leaves) {
    page.push({ key, value: assertDefined(value, "a leaf has a value") });
    if (page.length === limit) break;
  }
  return page;
}
