import { storeKeyList } from "#app/stores.js";
import { assertDefined } from "#core/primitives/assert.js";
import { readSnapshot } from "#core/store/snapshot/readSnapshot.js";
import { HomeLock } from "../home/homeLock.js";
import type { HomePaths } from "../home/homePaths.js";
import { nothingCommitted, unknownSnapshot } from "../snapshots/errors.js";
import { SnapshotFolder, type StoredSnapshot } from "../snapshots/snapshotFolder.js";
import { writeSnapshot } from "../snapshots/writeSnapshot.js";
import { withHeldState } from "./heldState.js";

/** Snapshots of a home, newest first; the node may run. */
export function listSnapshots(home: HomePaths): readonly StoredSnapshot[] {
  return SnapshotFolder.open(home.snapshots).list();
}

/**
 * Makes a snapshot of the last height of a node that does not run. Fails as `withHeldState` does,
 * with `snapshots/3` to `snapshots/5` and with errors of the file system, and then leaves nothing.
 */
export function exportSnapshot(home: HomePaths): Promise<StoredSnapshot> {
  return withHeldState(home, ({ wiring, genesis }) => {
    const folder = SnapshotFolder.open(home.snapshots);
    folder.removeUnfinished();
    const stores = storeKeyList(wiring.stores);
    const origin = { path: home.state, stores, chainId: genesis.chain_id };
    return readSnapshot(origin, (held) => {
      if (held === undefined) throw nothingCommitted({ path: home.state });
      writeSnapshot(home.snapshots, held);
      return assertDefined(folder.add(held.version), "what was written is there");
    });
  });
}

/** Deletes a snapshot of a node that does not run; fails with `snapshots/2` and `home/4`. */
export function deleteSnapshot(home: HomePaths, height: bigint): void {
  // Before the lock, which would make a home of any folder.
  const isThere = listSnapshots(home).some((snapshot) => snapshot.height === height);
  if (!isThere) throw unknownSnapshot({ height, folder: home.snapshots });
  const lock = HomeLock.acquire(home.lock);
  try {
    SnapshotFolder.open(home.snapshots).delete(height);
  } finally {
    lock.release();
  }
}
