import { type Request, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { isTerminal } from "#modules/inference/types/request.js";
import type { Clock } from "../clock.js";
import { pollUntil, type PollOptions } from "../poll.js";
import type { RpcTransport } from "../rpc/transport.js";
import { getRequest, type RequestState } from "./getRequest.js";

/** Where a request stands. */
export type RequestStage =
  "queued" | "committing" | "revealing" | "comparing" | "escalated" | "done";

/** A change of where a request stands, at the height at which it was seen. */
export interface RequestProgress {
  readonly stage: RequestStage;
  readonly requestId: bigint;
  readonly height: bigint;
}

/** How a request is waited for. */
export interface WaitForRequestOptions extends PollOptions {
  /** Told of every change of stage that is seen; stages that pass between two looks are not. */
  readonly onProgress?: ((progress: RequestProgress) => void) | undefined;
}

/** Every phase can be prolonged by its grace, so the chain's own bound is many blocks away. */
const TIMEOUT_MS = 600_000;
/** Answers take a handful of blocks: it pays to look often. */
const PAUSE_MS_MAX = 1_000;

/**
 * Waits until a request has ended, in whatever way; every request does. Fails with `NOT_FOUND` or
 * `WAIT_TIMED_OUT`.
 *
 * @example
 * const { request } = await waitForRequest({ rpc, clock: systemClock }, requestId, {
 *   onProgress: ({ stage, height }) => console.log(stage, height),
 * });
 */
export async function waitForRequest(
  { rpc, clock }: { readonly rpc: RpcTransport; readonly clock: Clock },
  requestId: bigint,
  options: WaitForRequestOptions = {},
): Promise<RequestState> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const waiting = { ...options, timeoutMs, pauseMsMax: options.pauseMsMax ?? PAUSE_MS_MAX };
  let last: RequestStage | undefined;
  return pollUntil(clock, `request ${requestId}`, waiting, async () => {
    const state = await getRequest(rpc, requestId, { signal: options.signal });
    const stage = stageOf(state.request);
    if (stage !== last) options.onProgress?.({ stage, requestId, height: state.height });
    last = stage;
    return stage === "done" ? state : undefined;
  });
}

function stageOf({ status }: Request): RequestStage {
  if (isTerminal(status)) return "done";
  switch (status) {
    case RequestStatus.COMMITTING:
      return "committing";
    case RequestStatus.REVEALING:
      return "revealing";
    case RequestStatus.COMPARING:
      return "comparing";
    case RequestStatus.ESCALATED:
      return "escalated";
    default:
      return "queued";
  }
}
