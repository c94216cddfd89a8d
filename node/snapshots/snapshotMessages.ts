/** What a snapshot thread is started with. */
export interface SnapshotThreadData {
  /** The state's database. */
  readonly path: string;
  readonly chainId: string;
  /** Where snapshots are written. */
  readonly folder: string;
}

/** Asks a thread for a snapshot of the last version, which must be the one that is named. */
export interface SnapshotOrder {
  readonly version: bigint;
  /** Becomes 1, with a wake-up, when the thread holds what the database has, or has failed to. */
  readonly held: Int32Array;
}

/** What a thread says. */
export type SnapshotReply =
  | { readonly kind: "ready" }
  | { readonly kind: "made"; readonly version: bigint; readonly chunks: number }
  /** Another version was the last one by the time that the thread looked. */
  | { readonly kind: "passed"; readonly version: bigint; readonly found: bigint }
  | { readonly kind: "failed"; readonly version: bigint; readonly problem: string };
