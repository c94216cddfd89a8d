import type { AbciApplication } from "#core/abci/application.js";
import { toUpperHex } from "#core/primitives/bytes.js";
import type { NodeMetrics } from "#server/metrics/nodeMetrics.js";
import type { Logger } from "../logging/logger.js";
import { forwarding } from "./forwarding.js";

/** Counts and times what CometBFT asks, and logs every block. Changes no answer. */
export function observedApplication(
  application: AbciApplication,
  metrics: NodeMetrics,
  log: Logger,
): AbciApplication {
  let block = { height: 0n, txs: 0, appHash: "" };
  return {
    ...forwarding(application),
    checkTx: (request) => {
      const result = application.checkTx(request);
      metrics.mempoolChecked(request.kind, result.code === 0);
      return result;
    },
    finalizeBlock: (request) => {
      const startMs = performance.now();
      const response = application.finalizeBlock(request);
      metrics.blockExecuted(secondsSince(startMs), response.txResults);
      const { height, txs } = request;
      block = { height, txs: txs.length, appHash: toUpperHex(response.appHash) };
      return response;
    },
    commit: () => {
      const startMs = performance.now();
      const response = application.commit();
      metrics.blockCommitted(block.height, secondsSince(startMs));
      log.info(block, "block committed");
      return response;
    },
  };
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
