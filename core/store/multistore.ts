import { assert, assertDefined } from "#core/primitives/assert.js";
import { computeCommitInfo } from "./appHash.js";
import {
  CommitWriter,
  type PruningPolicy,
  type StagedStore,
  type StagedTree,
  type StagedVersion,
  type StepListener,
} from "./commitWriter.js";
import { CommittedKv, EMPTY_KV } from "./committedKv.js";
import { MutableTree } from "./iavl/mutableTree.js";
import type { IavlNode } from "./iavl/node.js";
import { rollBackLast } from "./rollback.js";
import { LinkedNodes } from "./linkedNodes.js";
import { SavedNodes } from "./savedNodes.js";
import type { KvTable } from "./sqlite/kvTable.js";
import type { StoreLocation } from "./sqlite/connection.js";
import {
  openStateDatabase,
  openStateDatabaseReader,
  type StateDatabase,
} from "./sqlite/stateDatabase.js";
import type {
  CommitInfo,
  ReaderHandle,
  Store,
  StoreBranch,
  StoreProof,
  StoreSnapshot,
} from "./store.js";
import type { StoreKey } from "./storeKey.js";
import { VersionReader } from "./versionReader.js";
import { CacheBranch } from "./views/cacheBranch.js";
import type { LayerReader } from "./views/cacheKv.js";

/** What a chain's state is opened with. */
export type StoreOptions = StoreLocation & {
  /** All stores of the program; one that the database does not have starts empty. */
  readonly stores: readonly StoreKey[];
  /** Refused when the database holds another chain; a new database remembers it. */
  readonly chainId?: string;
  /** Every version stays readable when absent. */
  readonly pruning?: PruningPolicy;
  /** Tree nodes kept in memory between blocks, of some 500 bytes each. */
  readonly cachedNodes?: number;
  readonly onStep?: StepListener;
};

/** What a state is opened with for reading beside its writer. */
export interface ReaderOptions {
  readonly path: string;
  readonly stores: readonly StoreKey[];
  readonly chainId?: string;
  /** Tree nodes kept in memory; up to twice as many for a while. */
  readonly cachedNodes?: number;
}

/**
 * Enough for all nodes of 60,000 keys and the upper levels of any number; some 100 MB. More makes
 * single commits a little cheaper, and every pause of the garbage collector longer.
 */
const WRITER_CACHED_NODES = 120_000;

/** Some 25 to 50 MB. */
const READER_CACHED_NODES = 50_000;

/** The bound keeps name lengths one byte and the names' text order their byte order. */
const STORE_NAME = /^[a-z][a-z0-9_]{0,31}$/;

/** Zig-zag varints of versions stay exact below this. */
const LAST_VERSION = (1n << 52n) - 1n;

/**
 * Opens the state of a chain for the thread that executes blocks. Errors: `wrongChain`,
 * `unknownFormat`, `databaseLocked`, `notStateDatabase`, `storeKindChanged`.
 */
export function openStore(options: StoreOptions): Store {
  const { stores, chainId, pruning } = options;
  checkKeys(stores);
  checkPruning(pruning);
  const persistent = stores.filter(({ kind }) => kind !== "transient");
  const database = openStateDatabase(options, { stores: persistent, chainId });
  return new Multistore(database, options);
}

/** Opens the state for queries in another thread or process; errors as of {@link openStore}. */
export function openStoreReader(options: ReaderOptions): ReaderHandle {
  const { path, stores, chainId, cachedNodes = READER_CACHED_NODES } = options;
  checkKeys(stores);
  const database = openStateDatabaseReader(path, chainId);
  const nodes = new SavedNodes(database.nodes, cachedNodes);
  const reader = new VersionReader({ database, nodes, stores });
  return Object.assign(reader, {
    close: (): void => {
      database.close();
    },
  });
}

class Multistore implements Store {
  readonly #database: StateDatabase;
  readonly #nodes: LinkedNodes;
  readonly #savedNodes: SavedNodes;
  readonly #reader: VersionReader;
  readonly #writer: CommitWriter;
  readonly #stores: readonly StoreKey[];
  readonly #committedKvs: ReadonlyMap<StoreKey, CommittedKv>;
  readonly #roots = new Map<StoreKey, IavlNode | undefined>();
  readonly #base = (key: StoreKey): LayerReader => this.#baseOf(key);
  #committed: CommitInfo | undefined;
  #staged: StagedVersion | undefined;
  /** Set while the database changes: what is in memory is not to be trusted if that fails. */
  #changing = false;

  constructor(database: StateDatabase, options: StoreOptions) {
    const { stores, pruning, onStep, cachedNodes = WRITER_CACHED_NODES } = options;
    const nodes = new LinkedNodes(database.nodes, cachedNodes);
    this.#database = database;
    this.#nodes = nodes;
    this.#savedNodes = new SavedNodes(database.nodes, READER_CACHED_NODES);
    this.#stores = stores;
    this.#reader = new VersionReader({ database, nodes: this.#savedNodes, stores });
    this.#writer = new CommitWriter({ database, nodes, pruning, onStep });
    this.#committedKvs = new Map(
      stores
        .filter(({ kind }) => kind !== "transient")
        .map((key) => [key, new CommittedKv(tableOf(database, key), numberOf(database, key))]),
    );
    this.#load();
  }

  committed(): CommitInfo | undefined {
    return this.#committed;
  }

  snapshot(version: bigint): StoreSnapshot | undefined {
    return this.#reader.snapshot(version);
  }

  prove(key: StoreKey, path: Uint8Array, version: bigint): StoreProof | undefined {
    return this.#reader.prove(key, path, version);
  }

  earliestVersion(): bigint | undefined {
    return this.#reader.earliestVersion();
  }

  branch(): StoreBranch {
    return new CacheBranch(this.#base);
  }

  stage(branch: StoreBranch, version: bigint): CommitInfo {
    this.#assertUsable();
    assert(
      branch instanceof CacheBranch && branch.base === this.#base && branch.isFirstLevel(),
      "a first-level branch of this store is staged",
    );
    const previous = this.#committed?.version;
    assert(previous === undefined || version === previous + 1n, "versions follow each other");
    assert(version > 0n && version <= LAST_VERSION, "versions are from 1 to 2^52 - 1");
    const trees: StagedTree[] = [];
    const blobs: StagedStore[] = [];
    for (const key of this.#stores) {
      if (key.kind === "tree") trees.push(this.#stageTree(branch, key, Number(version)));
      if (key.kind === "blob") blobs.push(this.#stageStore(branch, key));
    }
    const info = computeCommitInfo(
      version,
      trees.map(({ key, sealed }) => ({ name: key.name, root: sealed.hash })),
    );
    this.#staged = { info, trees, blobs };
    return info;
  }

  commit(): CommitInfo {
    this.#assertUsable();
    const staged = assertDefined(this.#staged, "a version is staged before it is committed");
    this.#changing = true;
    this.#writer.persist(staged, this.#committed?.version);
    for (const { key, kv, writes, sealed } of staged.trees) {
      kv.refresh(writes);
      this.#roots.set(key, sealed.root);
      this.#nodes.release(sealed.orphans.length);
    }
    for (const { kv, writes } of staged.blobs) kv.refresh(writes);
    this.#nodes.trim(staged.trees.flatMap(({ sealed }) => sealed.root ?? []));
    this.#changing = false;
    this.#committed = staged.info;
    this.#staged = undefined;
    return staged.info;
  }

  rollback(): CommitInfo {
    this.#assertUsable();
    rollBackLast(this.#database, this.#savedNodes);
    this.#staged = undefined;
    for (const key of this.#stores) this.#committedKvs.get(key)?.forget();
    this.#load();
    return assertDefined(this.#committed, "a rollback leaves a version");
  }

  takeUpRestored(): CommitInfo {
    this.#assertUsable();
    assert(this.#committed === undefined, "a state is restored into an empty one");
    this.#staged = undefined;
    this.#load();
    return assertDefined(this.committed(), "a state was restored");
  }

  close(): void {
    this.#database.close();
  }

  #stageTree(branch: CacheBranch, key: StoreKey, version: number): StagedTree {
    const staged = this.#stageStore(branch, key);
    const tree = new MutableTree(this.#nodes, this.#roots.get(key), version);
    for (const { key: path, value } of staged.writes) {
      if (value === undefined) tree.remove(path);
      else tree.set(path, value);
    }
    return { ...staged, sealed: tree.seal() };
  }

  #stageStore(branch: CacheBranch, key: StoreKey): StagedStore {
    const kv = assertDefined(this.#committedKvs.get(key), "the store is persistent");
    return { key, kv, writes: branch.writes(key) };
  }

  #baseOf(key: StoreKey): LayerReader {
    assert(this.#stores.includes(key), "the store was declared when the state was opened");
    return this.#committedKvs.get(key) ?? EMPTY_KV;
  }

  /** Reads the last version's commitment and roots. */
  #load(): void {
    this.#committed = this.#reader.committed();
    const { versions } = this.#database;
    const last = versions.last();
    const rows = last === undefined ? [] : versions.roots(last.version);
    for (const key of this.#stores) {
      const row = rows.find(({ name }) => name === key.name);
      this.#roots.set(key, row?.node === undefined ? undefined : this.#nodes.load(row.node));
    }
  }

  #assertUsable(): void {
    assert(!this.#changing, "the state is opened again after a commit that failed");
  }
}

function tableOf(database: StateDatabase, key: StoreKey): KvTable {
  return key.kind === "blob" ? database.blobs : database.flat;
}

function numberOf(database: StateDatabase, key: StoreKey): number {
  return assertDefined(database.stores.find(key), "opening adds the stores that are missing");
}

function checkKeys(stores: readonly StoreKey[]): void {
  const names = stores.map(({ name }) => name);
  assert(
    names.every((name) => STORE_NAME.test(name)),
    "store names are lower-case identifiers of up to 32 characters",
  );
  assert(new Set(names).size === names.length, "store names are unique");
}

function checkPruning(pruning: PruningPolicy | undefined): void {
  if (pruning === undefined) return;
  const { keepRecent, interval } = pruning;
  assert(Number.isSafeInteger(keepRecent) && keepRecent >= 2, "at least two versions are kept");
  assert(Number.isSafeInteger(interval) && interval >= 1, "the pruning interval is positive");
}
