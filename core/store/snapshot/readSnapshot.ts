import { openStateDatabaseReader } from "../sqlite/stateDatabase.js";
import type { StoreKey } from "../storeKey.js";
import { snapshotPieces } from "./snapshotPieces.js";

/** Which state a snapshot is made of. */
export interface SnapshotOrigin {
  readonly path: string;
  /** All stores of the program. */
  readonly stores: readonly StoreKey[];
  readonly chainId?: string;
}

/** The last version of a state, held as it is however much is committed meanwhile. */
export interface HeldVersion {
  readonly version: bigint;
  /** The stream of its snapshot, to be cut into chunks. */
  pieces(): Iterable<Uint8Array>;
}

/**
 * Gives `work` the last committed version, undefined on a new chain, in one read transaction: from
 * the moment at which `work` is called nothing that is committed is seen any more, and the log
 * grows by it until `work` returns. Errors as of `openStoreReader`.
 */
export function readSnapshot<T>(
  { path, stores, chainId }: SnapshotOrigin,
  work: (held: HeldVersion | undefined) => T,
): T {
  const database = openStateDatabaseReader(path, chainId);
  try {
    return database.read(() => {
      // The first read is what the transaction holds on to.
      const last = database.versions.last();
      if (last === undefined) return work(undefined);
      return work({
        version: BigInt(last.version),
        pieces: () => snapshotPieces(database, stores),
      });
    });
  } finally {
    database.close();
  }
}
