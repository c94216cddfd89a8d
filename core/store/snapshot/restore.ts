import { assert, assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { computeCommitInfo } from "../appHash.js";
import { invalidSnapshot } from "../errors.js";
import { SavedNodes } from "../savedNodes.js";
import { openEmptyStateDatabase, type StateDatabase } from "../sqlite/stateDatabase.js";
import type { StoreSnapshot } from "../store.js";
import type { StoreKey } from "../storeKey.js";
import { VersionReader } from "../versionReader.js";
import { ItemReader } from "./itemReader.js";
import { RestoredBlobs, type RestoredStore, RestoredTree } from "./restoredStores.js";
import { readHeader, readItem, type SnapshotHeader } from "./snapshotItems.js";
import { namedStores } from "./snapshotPieces.js";

/** What a state is restored into and must become. */
export interface RestoreOptions {
  /** The database, whose other connections must not write meanwhile. */
  readonly path: string;
  /** All stores of the program; the snapshot must have the same ones. */
  readonly stores: readonly StoreKey[];
  readonly chainId?: string;
  readonly version: bigint;
  /** The app hash of the version, from somebody who is trusted. */
  readonly appHash: Uint8Array;
}

/**
 * A state that is being restored from a snapshot, in one transaction: others see nothing of it
 * before {@link commit}, and nothing is left of it after {@link discard} or the end of the process.
 * After any error it can only be discarded.
 */
export interface StoreRestore {
  /** Takes the next bytes of the stream, of any number. Fails with `store/9`. */
  push(chunk: Uint8Array): void;
  /**
   * Ends the stream; fails with `store/9` when it is not whole. Gives the state for checks of what
   * no hash covers. Its app hash is the one that was asked for.
   */
  finish(): StoreSnapshot;
  /** Makes the finished state durable and closes. */
  commit(): void;
  /** Drops everything and closes. */
  discard(): void;
}

/** Nodes that the checks of the restored state keep in memory: they read the current entries. */
const CACHED_NODES = 1_000;

/** Opens an empty state to restore it. Fails with `store/10`, and as `openStore` does. */
export function openStoreRestore(options: RestoreOptions): StoreRestore {
  const { path, stores, chainId } = options;
  const persistent = stores.filter(({ kind }) => kind !== "transient");
  const database = openEmptyStateDatabase(path, { stores: persistent, chainId });
  return new Restore(database, options);
}

class Restore implements StoreRestore {
  readonly #database: StateDatabase;
  readonly #options: RestoreOptions;
  readonly #reader = new ItemReader();
  readonly #firstNode: number;
  #progress: "header" | "stores" | "finished" = "header";
  /** The store whose items come next; undefined before the header and behind the last one. */
  #current: RestoredStore | undefined;
  readonly #coming: Array<() => RestoredStore> = [];

  constructor(database: StateDatabase, options: RestoreOptions) {
    this.#database = database;
    this.#options = options;
    this.#firstNode = database.meta.get("nextNode") ?? 1;
  }

  push(chunk: Uint8Array): void {
    assert(this.#progress !== "finished", "nothing comes behind the end of a snapshot");
    this.#reader.push(chunk);
    if (this.#progress === "header" && !this.#begin()) return;
    while (this.#current !== undefined) {
      const item = this.#reader.next(readItem);
      if (item === undefined) return;
      if (item.kind === "end") this.#endStore(this.#current);
      else this.#current.take(item);
    }
    if (this.#reader.waiting > 0) {
      throw invalidSnapshot({ problem: "bytes follow the last store" });
    }
  }

  finish(): StoreSnapshot {
    const { stores, version, appHash } = this.#options;
    const isWhole = this.#progress === "stores" && this.#current === undefined;
    if (!isWhole) throw invalidSnapshot({ problem: "it ends early" });
    const row = { version: Number(version), appHash, firstNode: this.#firstNode };
    this.#database.versions.insert(row);
    this.#progress = "finished";
    const nodes = new SavedNodes(this.#database.nodes, CACHED_NODES);
    const reader = new VersionReader({ database: this.#database, nodes, stores });
    return assertDefined(reader.snapshot(version), "the version was written");
  }

  commit(): void {
    assert(this.#progress === "finished", "a whole state is committed");
    this.#database.endWrites("commit");
    this.#database.close();
  }

  discard(): void {
    this.#database.endWrites("drop");
    this.#database.close();
  }

  /** Takes the header; false while it is not whole. */
  #begin(): boolean {
    const header = this.#reader.next(readHeader);
    if (header === undefined) return false;
    this.#checkHeader(header);
    const { stores } = this.#options;
    for (const key of namedStores(stores, "tree")) {
      this.#coming.push(() => this.#restoredTree(key, header));
    }
    for (const key of namedStores(stores, "blob")) {
      this.#coming.push(() => new RestoredBlobs(this.#database, this.#numberOf(key), key.name));
    }
    this.#current = this.#coming.shift()?.();
    this.#progress = "stores";
    return true;
  }

  #endStore(store: RestoredStore): void {
    store.finish();
    this.#current = this.#coming.shift()?.();
  }

  #restoredTree(key: StoreKey, { version, trees }: SnapshotHeader): RestoredStore {
    const tree = assertDefined(
      trees.find(({ name }) => name === key.name),
      "the header names every tree store",
    );
    const store = this.#numberOf(key);
    return new RestoredTree({ database: this.#database, version, tree: { ...tree, store } });
  }

  #numberOf(key: StoreKey): number {
    return assertDefined(this.#database.stores.find(key), "opening adds the stores");
  }

  /** The trees' hashes come first: what follows must have them, or is refused on the way. */
  #checkHeader({ version, trees, blobs }: SnapshotHeader): void {
    const { stores, version: wanted, appHash } = this.#options;
    if (BigInt(version) !== wanted) {
      throw invalidSnapshot({ problem: `is of version ${version}, not ${wanted}` });
    }
    const treeNames = trees.map(({ name }) => name);
    requireNames("tree stores", treeNames, namedStores(stores, "tree"));
    requireNames("blob stores", blobs, namedStores(stores, "blob"));
    if (!equalBytes(computeCommitInfo(wanted, trees).appHash, appHash)) {
      throw invalidSnapshot({ problem: "its app hash is not the trusted one" });
    }
  }
}

function requireNames(what: string, found: readonly string[], keys: readonly StoreKey[]): void {
  const known = keys.map(({ name }) => name);
  if (found.length === known.length && found.every((name, at) => name === known[at])) return;
  const problem = `has the ${what} ${found.join(", ")}; this program has ${known.join(", ")}`;
  throw invalidSnapshot({ problem });
}
