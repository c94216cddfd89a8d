import { assertDefined } from "#core/primitives/assert.js";
import { openStore, openStoreReader } from "#core/store/multistore.js";
import { cutChunks } from "#core/store/snapshot/cutChunks.js";
import { readSnapshot } from "#core/store/snapshot/readSnapshot.js";
import { openStoreRestore } from "#core/store/snapshot/restore.js";
import type { CommitInfo } from "#core/store/store.js";
import type { StoreKey } from "#core/store/storeKey.js";

/** A snapshot in memory. */
export interface MemorySnapshot {
  readonly version: bigint;
  readonly appHash: Uint8Array;
  readonly chunks: readonly Uint8Array[];
}

/** The snapshot of the last version of a database. */
export function snapshotOf(
  path: string,
  stores: readonly StoreKey[],
  chunkBytes?: number,
): MemorySnapshot {
  const reader = openStoreReader({ path, stores });
  const { version, appHash } = assertDefined(reader.committed(), "a version was committed");
  reader.close();
  const chunks = readSnapshot({ path, stores }, (held) => {
    const pieces = assertDefined(held, "a version was committed").pieces();
    return [...cutChunks(pieces, chunkBytes)];
  });
  return { version, appHash, chunks };
}

/** Restores a snapshot into a database; throws what the restore throws, and then drops it. */
export function restoreInto(
  path: string,
  stores: readonly StoreKey[],
  { version, appHash, chunks }: MemorySnapshot,
): void {
  const restore = openStoreRestore({ path, stores, version, appHash });
  try {
    for (const chunk of chunks) restore.push(chunk);
    restore.finish();
  } catch (error) {
    restore.discard();
    throw error;
  }
  restore.commit();
}

/** What a database has committed. */
export function committedIn(path: string, stores: readonly StoreKey[]): CommitInfo | undefined {
  const store = openStore({ path, stores });
  const committed = store.committed();
  store.close();
  return committed;
}
