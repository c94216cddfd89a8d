import { parentPort, workerData } from "node:worker_threads";
import { NODE_SERVICE, nodeServiceQueries } from "#app/query/nodeService.js";
import { QueryEngine } from "#app/query/queryEngine.js";
import { storeKeyList } from "#app/stores.js";
import { wire } from "#app/wiring.js";
import { assertDefined } from "#core/primitives/assert.js";
import { openStoreReader } from "#core/store/multistore.js";
import type { QueryRequest, QueryWorkerData, QueryWorkerReply } from "./messages.js";
import { noAggregator } from "./noAggregator.js";

/**
 * Entry point of a query worker: a thread with its own read-only connection and its own keepers,
 * which answers one query after the other.
 */
function main(): void {
  const port = assertDefined(parentPort ?? undefined, "a query worker has a parent");
  const { path, chainId, settings } = workerData as QueryWorkerData;
  const wiring = wire({ aggregator: noAggregator, minGasPrices: [], onFault: () => undefined });
  if (settings !== undefined)
    wiring.modules.queries.add(NODE_SERVICE, nodeServiceQueries(settings));
  const reader = openStoreReader({ path, stores: storeKeyList(wiring.stores), chainId });
  const engine = new QueryEngine({ wiring, reader, chainId });
  const reply = (message: QueryWorkerReply): void => {
    port.postMessage(message);
  };
  port.on("message", (request: QueryRequest) => {
    reply(answer(engine, request));
  });
  reply({ kind: "ready" });
}

/**
 * Bytes are copied on their way out, never transferred: a value may be a view of what the reader
 * remembers.
 */
function answer(engine: QueryEngine, request: QueryRequest): QueryWorkerReply {
  try {
    return { kind: "answer", response: engine.abciQuery(request) };
  } catch (error) {
    return { kind: "fault", message: error instanceof Error ? error.message : String(error) };
  }
}

main();
