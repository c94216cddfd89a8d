import type { Answer } from "#core/abci/application.js";
import type { LoadSnapshotChunkRequest, Snapshot } from "#core/abci/requests.js";
import type { LoadSnapshotChunkResponse } from "#core/abci/responses.js";
import type { StoreRestore } from "#core/store/snapshot/restore.js";

/** What became of a snapshot that peers offered, for the log. */
export type RestoreNote =
  | { readonly kind: "begun"; readonly height: bigint; readonly chunks: number }
  | { readonly kind: "refused"; readonly height: bigint; readonly problem: string }
  | {
      readonly kind: "damagedChunk";
      readonly height: bigint;
      readonly index: number;
      readonly sender: string;
    }
  | { readonly kind: "restored"; readonly height: bigint };

/** Where a node keeps the snapshots that it made, and how it opens its state to restore one. */
export interface SnapshotHost {
  /** Snapshots that can be served. */
  list(): readonly Snapshot[];
  /** A chunk; empty for one that is not there. */
  loadChunk(request: LoadSnapshotChunkRequest): Answer<LoadSnapshotChunkResponse>;
  /** Opens the state, which must be empty; fails as `openStoreRestore` does. */
  openRestore(target: { readonly version: bigint; readonly appHash: Uint8Array }): StoreRestore;
  readonly note: (note: RestoreNote) => void;
}
