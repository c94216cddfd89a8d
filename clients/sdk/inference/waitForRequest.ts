import {
  type Request,
  RequestStatus,
  SeatStatusNames,
} from "#core/codec/generated/aivm/inference/v1.js";
import { isTerminal } from "#modules/inference/types/request.js";
import type { Clock } from "../clock.js";
import { isSdkError } from "../errors.js";
import { pollUntil, type PollOptions } from "../poll.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import { getBatch } from "./getBatch.js";
import { getRequest, type RequestState } from "./getRequest.js";
import { shortName } from "#core/codec/shortName.js";

/** Where a request stands. */
export type RequestStage =
  "queued" | "committing" | "revealing" | "comparing" | "escalated" | "done";

/** A member that was drawn for a request. */
export interface MemberProgress {
  /** Bech32 address of the validator's operator. */
  readonly operator: string;
  readonly power: bigint;
  /** `DRAWN`, `COMMITTED`, `REVEALED` or another status of a seat. */
  readonly status: string;
}

/** A change of where a request stands, at the height at which it was seen. */
export interface RequestProgress {
  readonly stage: RequestStage;
  readonly requestId: bigint;
  readonly height: bigint;
  /** Members that are known so far; none until they are drawn. */
  readonly members: readonly MemberProgress[];
}

/** How a request is waited for. */
export interface WaitForRequestOptions extends PollOptions {
  /** Told of every change of stage or members that is seen; what passes between two looks is not. */
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
  const report = reporter(rpc, options);
  return pollUntil(clock, `request ${requestId}`, waiting, async () => {
    const state = await getRequest(rpc, requestId, { signal: options.signal });
    const stage = stageOf(state.request);
    await report(stage, state);
    return stage === "done" ? state : undefined;
  });
}

type Report = (stage: RequestStage, state: RequestState) => Promise<void>;

/** Passes on what changed; nobody is asked for members whom nobody wants to know. */
function reporter(rpc: RpcTransport, { onProgress, signal }: WaitForRequestOptions): Report {
  let last = "";
  return async (stage, { request, height }) => {
    if (onProgress === undefined) return;
    const members = await membersOf(rpc, request, { signal });
    const now = [stage, ...members.map(({ status }) => status)].join();
    if (now !== last) onProgress({ stage, requestId: request.id, height, members });
    last = now;
  };
}

async function membersOf(
  rpc: RpcTransport,
  { batchId }: Request,
  options: CallOptions,
): Promise<MemberProgress[]> {
  if (batchId === 0n) return [];
  try {
    const { seats } = await getBatch(rpc, batchId, options);
    return seats.map(({ operatorAddress, power, status }) => ({
      operator: operatorAddress,
      power,
      status: shortName(SeatStatusNames, status),
    }));
  } catch (error) {
    // Behind a load balancer another node answers, which may be a block behind.
    if (isSdkError(error, "NOT_FOUND")) return [];
    throw error;
  }
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
