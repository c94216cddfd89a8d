import { assert } from "#core/primitives/assert.js";
import { utf8 } from "#core/primitives/bytes.js";
import { proveStore, sortRoots } from "./appHash.js";
import { proveKey } from "./iavl/proof.js";
import type { TreeVersion } from "./iavl/treeReader.js";
import type { SavedNodes } from "./savedNodes.js";
import { SnapshotKv } from "./snapshotKv.js";
import { TableKv } from "./tableKv.js";
import type { StateDatabase } from "./sqlite/stateDatabase.js";
import type { RootRow, VersionRow } from "./sqlite/versionTable.js";
import type { CommitInfo, StoreProof, StoreReader, StoreSnapshot } from "./store.js";
import type { StoreKey } from "./storeKey.js";
import { EMPTY_KV } from "./committedKv.js";
import type { KvReader } from "./kv.js";

/** What reading at a version needs. */
export interface VersionSource {
  readonly database: StateDatabase;
  readonly nodes: SavedNodes;
  readonly stores: readonly StoreKey[];
}

/** Reads any kept version; every answer comes from one short transaction. */
export class VersionReader implements StoreReader {
  readonly #source: VersionSource;

  constructor(source: VersionSource) {
    this.#source = source;
  }

  committed(): CommitInfo | undefined {
    const { database } = this.#source;
    return database.read(() => {
      const last = database.versions.last();
      return last === undefined
        ? undefined
        : commitInfoOf(last, database.versions.roots(last.version));
    });
  }

  earliestVersion(): bigint | undefined {
    const earliest = this.#source.database.versions.earliest();
    return earliest === undefined ? undefined : BigInt(earliest);
  }

  snapshot(version: bigint): StoreSnapshot | undefined {
    const row = this.#find(version);
    if (row === undefined) return undefined;
    return { version, kv: (key) => this.#kv(key, row.version) };
  }

  prove(key: StoreKey, path: Uint8Array, version: bigint): StoreProof | undefined {
    assert(key.kind === "tree", "only tree stores are proven");
    const { database } = this.#source;
    return database.read(() => {
      const row = this.#find(version);
      if (row === undefined) return undefined;
      const roots = database.versions.roots(row.version);
      const root = roots.find(({ name }) => name === key.name);
      return root === undefined ? undefined : this.#proveIn(commitInfoOf(row, roots), root, path);
    });
  }

  #proveIn(info: CommitInfo, root: RootRow, path: Uint8Array): StoreProof {
    const { value, proof } = proveKey(treeOf(this.#source.nodes, root.node), path);
    return {
      value,
      ops: [
        { type: "ics23:iavl", key: path, data: proof },
        { type: "ics23:simple", key: utf8(root.name), data: proveStore(info, root.name) },
      ],
    };
  }

  #find(version: bigint): VersionRow | undefined {
    if (version < 0n || version > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
    return this.#source.database.versions.find(Number(version));
  }

  #kv(key: StoreKey, version: number): KvReader {
    const { database, nodes, stores } = this.#source;
    assert(stores.includes(key), "the store was declared when the state was opened");
    const store = database.stores.find(key);
    if (store === undefined || key.kind === "transient") return EMPTY_KV;
    if (key.kind === "blob") return new TableKv(database.blobs, store);
    return new SnapshotKv({ database, nodes, store, version });
  }
}

/** A tree by the id of its root, which is undefined for an empty one. */
export function treeOf(nodes: SavedNodes, root: number | undefined): TreeVersion {
  return { root: root === undefined ? undefined : nodes.get(root), source: nodes };
}

/** The commitment of a version from its rows. */
export function commitInfoOf(row: VersionRow, roots: readonly RootRow[]): CommitInfo {
  return { version: BigInt(row.version), appHash: row.appHash, stores: sortRoots(roots) };
}
