import {
  QueryRequestRequest,
  QueryRequestResponse,
  type Request,
} from "#core/codec/generated/aivm/inference/v1.js";
import { callQuery, type QueryMethod, type QueryOptions } from "../query/callQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryRequestRequest, QueryRequestResponse> = {
  path: "/aivm.inference.v1.Query/Request",
  request: QueryRequestRequest,
  response: QueryRequestResponse,
};

/** A request as the state of a height has it. */
export interface RequestState {
  readonly request: Request;
  readonly height: bigint;
}

/**
 * A request and the height at which it is so; fails with `NOT_FOUND`.
 *
 * @example
 * const { request } = await getRequest(rpc, requestId);
 */
export async function getRequest(
  rpc: RpcTransport,
  id: bigint,
  options?: QueryOptions,
): Promise<RequestState> {
  const { response, height } = await callQuery(rpc, METHOD, { id }, options);
  return { request: response.request, height };
}
