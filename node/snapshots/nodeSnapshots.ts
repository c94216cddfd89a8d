import type { RestoreNote, SnapshotHost } from "#app/snapshots/snapshotHost.js";
import { storeKeyList } from "#app/stores.js";
import { openStoreRestore } from "#core/store/snapshot/restore.js";
import type { Chain } from "../daemon/chain.js";
import type { HomePaths } from "../home/homePaths.js";
import type { Logger } from "../logging/logger.js";
import type { SnapshotFolder } from "./snapshotFolder.js";

/** What state sync takes of this node: its folder of snapshots, its state and its log. */
export function nodeSnapshots(parts: {
  readonly home: HomePaths;
  readonly chain: Chain;
  readonly folder: SnapshotFolder;
  readonly log: Logger;
}): SnapshotHost {
  const { home, chain, folder, log } = parts;
  const stores = storeKeyList(chain.wiring.stores);
  return {
    list: () => folder.list(),
    loadChunk: async (name) => ({ chunk: await folder.loadChunk(name) }),
    openRestore: (target) =>
      openStoreRestore({ path: home.state, stores, chainId: chain.chainId, ...target }),
    note: (note) => {
      logNote(log, note);
    },
  };
}

function logNote(log: Logger, { kind, ...facts }: RestoreNote): void {
  switch (kind) {
    case "begun":
      log.info(facts, "a snapshot of a peer is being restored");
      return;
    case "restored":
      log.info(facts, "the state was restored from a snapshot");
      return;
    case "damagedChunk":
      log.warn(facts, "a peer sent a chunk with other bytes; another peer is asked");
      return;
    case "refused":
      log.warn(facts, "a snapshot was refused");
  }
}
