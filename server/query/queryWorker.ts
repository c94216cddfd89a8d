import { parentPort, workerData } from "node:worker_threads";
import { NODE_SERVICE, nodeServiceQueries } from "#app/query/nodeService.js";
import { QueryEngine } from "#app/query/queryEngine.js";
import { storeKeyList } from "#app/stores.js";
import { wire } from "#app/wiring.js";
import { assertDefined } from "#core/primitives/assert.js";
import { openStoreReader } from "#core/store/multistore.js";
import { nodeServices } from "../doors/nodeServices.js";
import type { QueryRequest, QueryResponse, QueryWorkerData, QueryWorkerReply } from "./messages.js";
import { NodeAnswers } from "./nodeAnswers.js";
import { noAggregator } from "./noAggregator.js";

/**
 * Entry point of a query worker: a thread with its own read-only connection and its own keepers,
 * which answers one query after the other.
 */
function main(): void {
  const port = assertDefined(parentPort ?? undefined, "a query worker has a parent");
  const { path, chainId, settings, cometUrl } = workerData as QueryWorkerData;
  const wiring = wire({ aggregator: noAggregator, minGasPrices: [], onFault: () => undefined });
  if (settings !== undefined)
    wiring.modules.queries.add(NODE_SERVICE, nodeServiceQueries(settings));
  const reader = openStoreReader({ path, stores: storeKeyList(wiring.stores), chainId });
  const engine = new QueryEngine({ wiring, reader, chainId });
  const query = (request: QueryRequest) => Promise.resolve(engine.abciQuery(request));
  const services = nodeServices({ wiring, cometUrl, timeoutMs: COMET_TIMEOUT_MS, query });
  const answers = new NodeAnswers(services);
  const reply = (message: QueryWorkerReply): void => {
    port.postMessage(message);
  };
  port.on("message", (request: QueryRequest) => {
    const answer = answers.has(request.path)
      ? answers.answer(request, reader.committed()?.version ?? 0n)
      : attemptQuery(engine, request);
    answer.then(
      (response) => {
        reply({ kind: "answer", response });
      },
      (error: unknown) => {
        reply({ kind: "fault", message: error instanceof Error ? error.message : String(error) });
      },
    );
  });
  reply({ kind: "ready" });
}

/** A CometBFT that takes longer holds up those who wait for this thread. */
const COMET_TIMEOUT_MS = 3_000;

/**
 * Bytes are copied on their way out, never transferred: a value may be a view of what the reader
 * remembers.
 */
function attemptQuery(engine: QueryEngine, request: QueryRequest): Promise<QueryResponse> {
  // What it throws becomes a rejection.
  return new Promise((settle) => {
    settle(engine.abciQuery(request));
  });
}

main();
