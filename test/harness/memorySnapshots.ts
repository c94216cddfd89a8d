import type { RestoreNote, SnapshotHost } from "#app/snapshots/snapshotHost.js";
import type { LoadSnapshotChunkRequest, Snapshot } from "#core/abci/requests.js";
import type { LoadSnapshotChunkResponse } from "#core/abci/responses.js";
import { sha256 } from "#core/crypto/hash.js";
import { openStoreRestore, type StoreRestore } from "#core/store/snapshot/restore.js";
import { describeSnapshot } from "#core/store/snapshot/snapshotFormat.js";
import type { StoreKey } from "#core/store/storeKey.js";
import { type MemorySnapshot, snapshotOf } from "./storeSnapshots.js";

/** Snapshots of one node in memory, and the way into its state. */
export class MemorySnapshots implements SnapshotHost {
  readonly notes: RestoreNote[] = [];
  readonly #path: string;
  readonly #stores: readonly StoreKey[];
  readonly #made: MemorySnapshot[] = [];

  constructor(path: string, stores: readonly StoreKey[]) {
    this.#path = path;
    this.#stores = stores;
  }

  /** Makes one of the last version, in chunks of so many bytes. */
  make(chunkBytes: number): MemorySnapshot {
    const snapshot = snapshotOf(this.#path, this.#stores, chunkBytes);
    this.#made.push(snapshot);
    return snapshot;
  }

  list(): readonly Snapshot[] {
    return this.#made.map(describe);
  }

  loadChunk({ height, chunk }: LoadSnapshotChunkRequest): LoadSnapshotChunkResponse {
    const snapshot = this.#made.find(({ version }) => version === height);
    return { chunk: snapshot?.chunks[chunk] ?? new Uint8Array(0) };
  }

  openRestore(target: { readonly version: bigint; readonly appHash: Uint8Array }): StoreRestore {
    return openStoreRestore({ path: this.#path, stores: this.#stores, ...target });
  }

  note = (note: RestoreNote): void => {
    this.notes.push(note);
  };
}

/** As ABCI describes it. */
export function describe({ version, chunks }: MemorySnapshot): Snapshot {
  return describeSnapshot(
    version,
    chunks.map((chunk) => sha256(chunk)),
  );
}
