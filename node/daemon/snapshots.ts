import type { SnapshotHost } from "#app/snapshots/snapshotHost.js";
import type { AppConfig } from "../home/appConfig.js";
import type { HomePaths } from "../home/homePaths.js";
import type { Logger } from "../logging/logger.js";
import { nodeSnapshots } from "../snapshots/nodeSnapshots.js";
import { SnapshotFolder } from "../snapshots/snapshotFolder.js";
import { SnapshotMaker } from "../snapshots/snapshotMaker.js";
import type { Chain } from "./chain.js";
import type { Teardown } from "./teardown.js";

/** The state sync side of a node. */
export interface Snapshots {
  readonly host: SnapshotHost;
  /** Takes a height that was committed just now, before the next block. */
  readonly onCommit: (height: bigint) => void;
}

/** Opens the snapshots of a home, and starts to make them where the settings want it. */
export async function startSnapshots(
  parts: {
    readonly home: HomePaths;
    readonly chain: Chain;
    readonly stateSync: AppConfig["stateSync"];
    readonly log: Logger;
  },
  teardown: Teardown,
): Promise<Snapshots> {
  const { home, chain, stateSync, log } = parts;
  const { interval, keepRecent } = stateSync;
  const folder = SnapshotFolder.open(home.snapshots);
  folder.removeUnfinished();
  const host = nodeSnapshots({ home, chain, folder, log });
  if (interval === undefined) return { host, onCommit: () => undefined };
  const data = { path: home.state, chainId: chain.chainId, folder: home.snapshots };
  const maker = await SnapshotMaker.start({ data, folder, interval, keepRecent, log });
  teardown.add("snapshots", () => maker.close());
  return {
    host,
    onCommit: (height) => {
      maker.onCommit(height);
    },
  };
}
