import type { CommittedKv } from "./committedKv.js";
import type { SealedTree } from "./iavl/mutableTree.js";
import type { LinkedNodes } from "./linkedNodes.js";
import type { StateDatabase } from "./sqlite/stateDatabase.js";
import type { CommitInfo } from "./store.js";
import type { StoreKey } from "./storeKey.js";
import type { KvWrite } from "./views/cacheKv.js";
import { assert } from "#core/primitives/assert.js";

/** Parts of a commit, in order; `transaction` begins before the first and ends after the last. */
export type CommitStep =
  "transaction" | "nodes" | "roots" | "flat" | "blobs" | "commitInfo" | "prune";

/** Told before and after each step, so that tests can stop the process there. */
export type StepListener = (step: `${"before" | "after"}:${CommitStep}`) => void;

/** Which versions stay readable. */
export interface PruningPolicy {
  /** The last so many versions stay; at least 2, because a rollback needs the one before. */
  readonly keepRecent: number;
  /** Versions are pruned at every multiple of this many, at least 1. */
  readonly interval: number;
}

/** What a version changes in one store. */
export interface StagedStore {
  readonly key: StoreKey;
  readonly kv: CommittedKv;
  readonly writes: readonly KvWrite[];
}

/** What a version changes in one tree store. */
export interface StagedTree extends StagedStore {
  readonly sealed: SealedTree;
}

/** A version that is complete but not persisted. */
export interface StagedVersion {
  readonly info: CommitInfo;
  readonly trees: readonly StagedTree[];
  readonly blobs: readonly StagedStore[];
}

/** What a commit works with. */
export interface CommitParts {
  readonly database: StateDatabase;
  readonly nodes: LinkedNodes;
  readonly pruning: PruningPolicy | undefined;
  readonly onStep: StepListener | undefined;
}

/** Persists staged versions, each in one database transaction. */
export class CommitWriter {
  readonly #parts: CommitParts;

  constructor(parts: CommitParts) {
    this.#parts = parts;
  }

  /** Persists a version; `previous` is the last committed one as its writer knows it. */
  persist(staged: StagedVersion, previous: bigint | undefined): void {
    const { database } = this.#parts;
    const version = Number(staged.info.version);
    this.#step("transaction", () => {
      database.write(() => {
        const found = database.versions.last()?.version;
        assert(
          found === (previous === undefined ? undefined : Number(previous)),
          "nobody else commits to the database",
        );
        this.#writeAll(staged, version);
      });
    });
  }

  #writeAll(staged: StagedVersion, version: number): void {
    const { database, nodes } = this.#parts;
    const firstNode = database.meta.get("nextNode") ?? 1;
    this.#step("nodes", () => {
      let next = firstNode;
      for (const { kv, sealed } of staged.trees) {
        nodes.save(sealed.created, next);
        next += sealed.created.length;
        database.orphans.insert(version, kv.store, sealed.orphans);
      }
      database.meta.set("nextNode", next);
    });
    this.#step("roots", () => {
      for (const { kv, sealed } of staged.trees) {
        const root = { store: kv.store, node: sealed.root?.id, root: sealed.hash };
        database.versions.insertRoot(version, root);
      }
    });
    this.#step("flat", () => {
      for (const { kv, writes } of staged.trees) kv.persist(writes);
    });
    this.#step("blobs", () => {
      for (const blobs of staged.blobs) this.#writeBlobs(blobs, version);
    });
    this.#step("commitInfo", () => {
      database.versions.insert({ version, appHash: staged.info.appHash, firstNode });
    });
    this.#step("prune", () => {
      this.#prune(version);
    });
  }

  #writeBlobs({ kv, writes }: StagedStore, version: number): void {
    const { blobs, blobUndo } = this.#parts.database;
    const { store } = kv;
    for (const { key } of writes) {
      blobUndo.insert(version, { store, key, value: blobs.get(store, key) });
    }
    kv.persist(writes);
  }

  #prune(version: number): void {
    const { database, pruning } = this.#parts;
    if (pruning === undefined || version % pruning.interval !== 0) return;
    const kept = version - pruning.keepRecent + 1;
    const earliest = database.versions.earliest();
    if (earliest === undefined || kept <= earliest) return;
    // What the oldest kept version left behind belongs to versions before it only.
    database.nodes.delete(database.orphans.takeUpTo(kept));
    database.blobUndo.deleteUpTo(kept);
    database.versions.delete(earliest, kept - 1);
  }

  #step(name: CommitStep, work: () => void): void {
    this.#parts.onStep?.(`before:${name}`);
    work();
    this.#parts.onStep?.(`after:${name}`);
  }
}
