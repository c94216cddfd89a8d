import type { NodeSettings } from "#app/query/nodeService.js";
import type { QueryEngine } from "#app/query/queryEngine.js";

/** An ABCI query. */
export type QueryRequest = Parameters<QueryEngine["abciQuery"]>[0];

/** The answer to an ABCI query. */
export type QueryResponse = ReturnType<QueryEngine["abciQuery"]>;

/** What a query worker is started with. */
export interface QueryWorkerData {
  /** Database of the state, which a writer has made. */
  readonly path: string;
  readonly chainId: string;
  /** What the node tells of itself; without it, it does not say. */
  readonly settings?: NodeSettings;
  /** CometBFT's RPC; without it, what needs blocks or the mempool is not served. */
  readonly cometUrl?: string | undefined;
}

/** What a query worker tells: first that it is ready, then one reply for each request. */
export type QueryWorkerReply =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly response: QueryResponse }
  /** A fault of this program; the worker goes on. */
  | { readonly kind: "fault"; readonly message: string };
