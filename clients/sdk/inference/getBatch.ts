import {
  type Batch,
  QueryBatchRequest,
  QueryBatchResponse,
} from "#core/codec/generated/aivm/inference/v1.js";
import { callQuery, type QueryMethod, type QueryOptions } from "../query/callQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryBatchRequest, QueryBatchResponse> = {
  path: "/aivm.inference.v1.Query/Batch",
  request: QueryBatchRequest,
  response: QueryBatchResponse,
};

/**
 * A batch with its seats; fails with `NOT_FOUND`.
 *
 * @example
 * const { seats } = await getBatch(rpc, request.batchId);
 */
export async function getBatch(
  rpc: RpcTransport,
  id: bigint,
  options?: QueryOptions,
): Promise<Batch> {
  const { response } = await callQuery(rpc, METHOD, { id }, options);
  return response.batch;
}
