import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import { EnginePools } from "#sandbox/worker/enginePools.js";
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

/** Few kernels name the native engine, and its process comes on top of the others. */
const NATIVE_PROCESSES = 1;

/**
 * Starts the node's database, the sandbox and the scheduler; the engines are checked when it
 * returns.
 */
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
    ? new EnginePools({
        artifactFolder: home.artifacts,
        processes: share.children,
        memoryBytes: Number(share.childMemoryBytes),
        native: config.native,
        nativeProcesses: NATIVE_PROCESSES,
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
  // Both engines are checked at the same time.
  const nativeProblem = sandbox?.nativeProblem();
  await scheduler.start();
  if (nativeProblem !== undefined) logNative(await nativeProblem, log);
  return { scheduler, usage: () => sandbox?.usage };
}

/** A node without the native engine serves every other kernel, and declines those that name it. */
function logNative(reason: string | undefined, log: Logger): void {
  const engine = `${NATIVE_ENGINE.name}/${NATIVE_ENGINE.version}`;
  if (reason === undefined) log.info({ engine }, "the native engine is offered");
  else log.warn({ engine, reason }, "the native engine is not offered: its kernels are declined");
}
