import {
  type Request,
  RequestStatus,
  RequestStatusNames,
} from "#core/codec/generated/aivm/inference/v1.js";
import { INFERENCE_QUERIES, queryMethod, type RpcTransport, shortName } from "#sdk/index.js";
import { newestPage } from "./newestPage.js";

/** The newest requests, of one account or of everybody. */
export async function latestRequests(
  rpc: RpcTransport,
  { count, requester = "" }: { readonly count: number; readonly requester?: string },
  signal: AbortSignal,
): Promise<Request[]> {
  const pagination = newestPage(count);
  const call = {
    service: INFERENCE_QUERIES,
    method: "Requests",
    request: { requester, pagination },
  } as const;
  return (await queryMethod(rpc, call, { signal })).requests;
}

/** Where a request stands, by name: `FULFILLED`. */
export function requestStatus({ status }: Pick<Request, "status">): string {
  return shortName(RequestStatusNames, status);
}

const OVER: readonly RequestStatus[] = [
  RequestStatus.FULFILLED,
  RequestStatus.KERNEL_FAILED,
  RequestStatus.NO_AGREEMENT,
  RequestStatus.EXPIRED,
  RequestStatus.REVOKED,
];

/** Whether a request has ended; a challenge may take a fulfilled one up again. */
export function isOver({ status }: Pick<Request, "status">): boolean {
  return OVER.includes(status);
}
