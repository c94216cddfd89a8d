import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import type { PoolUsage } from "#sandbox/worker/usage.js";
import type { NodeMetrics } from "#server/metrics/nodeMetrics.js";
import type { AppConfig } from "../home/appConfig.js";
import type { HomePaths } from "../home/homePaths.js";
import type { Logger } from "../logging/logger.js";
import { ArtifactSupply } from "../scheduler/artifactSupply.js";
import { StateWork } from "../scheduler/committedWork.js";
import { ThreadReceiptStore } from "../scheduler/receiptStore.js";
import { Scheduler } from "../scheduler/scheduler.js";
import type { Chain } from "./chain.js";
import { sandboxShare } from "./hostLimits.js";
import type { Teardown } from "./teardown.js";
import type { ValidatorKeys } from "./validatorKeys.js";

/** The running inference side of a node. */
export interface Inference {
  readonly scheduler: Scheduler;
  /** What the sandbox' processes take now; undefined on a node without a sandbox. */
  readonly usage: () => PoolUsage | undefined;
}

/** Starts the node's database, the sandbox and the scheduler; the engines are checked when it returns. */
export async function startInference(
  parts: {
    readonly home: HomePaths;
    readonly chain: Chain;
    readonly keys: ValidatorKeys;
    readonly config: AppConfig["inference"];
    readonly metrics: NodeMetrics;
    readonly log: Logger;
  },
  teardown: Teardown,
): Promise<Inference> {
  const { home, chain, keys, config, metrics, log } = parts;
  const { consensusAddress, nodeSecret } = keys;
  const store = new ThreadReceiptStore(home.nodeDatabase);
  teardown.add("node database", () => store.close());
  const cache = await ArtifactCache.open(home.artifacts);
  const share = sandboxShare(config);
  const sandbox = config.enabled
    ? new SandboxPool({
        artifactFolder: home.artifacts,
        processes: share.children,
        memoryBytes: Number(share.childMemoryBytes),
      })
    : undefined;
  if (sandbox !== undefined) teardown.add("sandbox", () => sandbox.close());
  const work = new StateWork({ ...chain, consensusAddress });
  const scheduler = new Scheduler({
    work,
    store,
    artifacts: new ArtifactSupply(cache, work),
    sandbox,
    consensusAddress,
    nodeSecret,
    limits: { ...share, batches: config.maxBatches },
    metrics,
    log,
  });
  teardown.add("scheduler", () => {
    scheduler.close();
  });
  await scheduler.start();
  return { scheduler, usage: () => sandbox?.usage };
}
