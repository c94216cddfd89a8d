import { mkdirSync } from "node:fs";
import { storeKeyList } from "#app/stores.js";
import { wire, type Wiring } from "#app/wiring.js";
import type { StepListener } from "#core/store/commitWriter.js";
import { openStore } from "#core/store/multistore.js";
import type { Store } from "#core/store/store.js";
import { CodeAggregator } from "#sandbox/quickjs/aggregator.js";
import type { NodeMetrics } from "#server/metrics/nodeMetrics.js";
import type { AppConfig } from "../home/appConfig.js";
import type { HomePaths } from "../home/homePaths.js";
import type { Logger } from "../logging/logger.js";

/** The state machine with its state. */
export interface Chain {
  readonly chainId: string;
  readonly wiring: Wiring;
  readonly store: Store;
}

/**
 * Opens the state of a home and assembles the state machine over it. The aggregator is made here,
 * before any block: a host whose code engine is not the pinned one must not execute blocks. Fails with
 * errors of the store, or a `SandboxFault`.
 */
export function openChain(parts: {
  readonly home: HomePaths;
  readonly chainId: string;
  readonly config: AppConfig;
  readonly metrics: NodeMetrics;
  readonly log: Logger;
  readonly onStep?: StepListener | undefined;
}): Chain {
  const { home, chainId, config, metrics, log, onStep } = parts;
  const wiring = wire({
    aggregator: new CodeAggregator(),
    minGasPrices: config.minGasPrices,
    onFault: (fault) => {
      metrics.internalFault("transaction");
      log.error({ err: fault }, "a transaction failed by a fault of this program");
    },
  });
  mkdirSync(home.dataFolder, { recursive: true });
  const store = openStore({
    path: home.state,
    stores: storeKeyList(wiring.stores),
    chainId,
    ...(config.pruning === undefined ? {} : { pruning: config.pruning }),
    ...(onStep === undefined ? {} : { onStep }),
  });
  return { chainId, wiring, store };
}
