import type { KvReader, KvStore } from "./kv.js";
import type { StoreKey } from "./storeKey.js";

/** Roots of one version and the app hash over them (SDK multistore commitment). */
export interface CommitInfo {
  /** Block height of the version. */
  readonly version: bigint;
  /** 32 bytes; the header of height `version + 1` carries it. */
  readonly appHash: Uint8Array;
  /** Tree stores in byte order of their names; an empty tree has the root sha256(""). */
  readonly stores: ReadonlyArray<{ readonly name: string; readonly root: Uint8Array }>;
}

/** Uncommitted writes over a parent: the last committed state or another branch. */
export interface StoreBranch {
  kv(key: StoreKey): KvStore;
  /** A branch over this one; it sees this branch's writes of now and later. */
  branch(): StoreBranch;
  /** Moves the writes into the parent branch and empties this one. Not for a first-level branch. */
  merge(): void;
  /** Drops the writes. */
  discard(): void;
}

/**
 * State as one version left it. Blob stores are not versioned: they read as they are now.
 * Transient stores are empty. Reading fails with `store/7 the version is no longer kept` once the
 * version is pruned or taken back.
 */
export interface StoreSnapshot {
  readonly version: bigint;
  kv(key: StoreKey): KvReader;
}

/** An ICS-23 proof of one key: ops `ics23:iavl` and `ics23:simple`, as the SDK answers them. */
export interface StoreProof {
  /** Absent when the proof is one of absence. */
  readonly value: Uint8Array | undefined;
  readonly ops: ReadonlyArray<{
    readonly type: string;
    readonly key: Uint8Array;
    readonly data: Uint8Array;
  }>;
}

/** What queries may do: read any retained version, never write. */
export interface StoreReader {
  /** The last committed version; undefined before the first commit. */
  committed(): CommitInfo | undefined;
  /** State of a version; undefined when it is pruned or not committed yet. */
  snapshot(version: bigint): StoreSnapshot | undefined;
  /** Proof of a key in a tree store at a version; undefined like {@link snapshot}. */
  prove(key: StoreKey, path: Uint8Array, version: bigint): StoreProof | undefined;
  /** The oldest version that can still be read; undefined before the first commit. */
  earliestVersion(): bigint | undefined;
}

/** A reader that was opened on its own and is closed when it is no longer needed. */
export interface ReaderHandle extends StoreReader {
  close(): void;
}

/**
 * All stores of the chain in one database. Only the block runner and the node's maintenance
 * commands hold this object.
 */
export interface Store extends ReaderHandle {
  /** A branch over the last committed state. */
  branch(): StoreBranch;
  /**
   * Computes the commitment of the last committed state plus the writes of a first-level branch.
   * Nothing is persisted; a later call replaces an earlier one. `version` is the last committed
   * version plus one, or any for the first.
   */
  stage(branch: StoreBranch, version: bigint): CommitInfo;
  /** Persists what was staged, in one database transaction, and prunes by policy. */
  commit(): CommitInfo;
  /** Takes the last committed version back; the one before becomes the last. */
  rollback(): CommitInfo;
  /** Goes on from the state that another connection restored into the empty database. */
  takeUpRestored(): CommitInfo;
}
