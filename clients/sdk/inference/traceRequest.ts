import {
  type Batch,
  type Request,
  type Result,
  type Seat,
  SeatStatusNames,
} from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Event } from "#core/primitives/event.js";
import { isEscalation, publishesPayloads } from "#modules/inference/types/batch.js";
import {
  BatchJudgement,
  combinedVerdict,
  type Verdict,
} from "#modules/inference/types/judgement.js";
import { SdkError } from "../errors.js";
import { shortName } from "#core/codec/shortName.js";
import { blockResults } from "../rpc/blockResults.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";

/** One member of the committee that answered. */
export interface MemberTrace {
  /** Bech32 address of the validator's operator. */
  readonly operator: string;
  /** Lower-case hex. */
  readonly consensusAddress: string;
  readonly power: bigint;
  /** For example `REVEALED` or `ABSENT`. */
  readonly status: string;
  /** What its answer to this request turned out to be. */
  readonly verdict: Verdict;
  /** Heights at which its commitment and its reveal came into state; undefined for none. */
  readonly commitHeight: bigint | undefined;
  readonly revealHeight: bigint | undefined;
}

/** How a request was answered, height by height. */
export interface InferenceTrace {
  readonly batchId: bigint;
  readonly requestHeight: bigint;
  /** Height of the slot that drew the batch which answered. */
  readonly drawHeight: bigint;
  /** Height at which the last commitment was in, so that members could reveal. */
  readonly frozenHeight: bigint | undefined;
  readonly resultHeight: bigint;
  readonly members: readonly MemberTrace[];
  /** False when the endpoint no longer shows the events of every block, so that heights lack. */
  readonly complete: boolean;
}

/** What a trace is made of. */
export interface TracedRequest {
  readonly request: Request;
  readonly batch: Batch;
  readonly result: Result;
}

/**
 * Blocks whose events are read at most: no answer takes longer unless the network is in trouble.
 */
const BLOCKS_MAX = 60;

/**
 * Follows an answered request through its batch: who committed and revealed when, and who was
 * right. By what the endpoint says; nothing of it is proven.
 *
 * @example
 * const { members } = await traceRequest(rpc, { request, batch, result });
 */
export async function traceRequest(
  rpc: RpcTransport,
  traced: TracedRequest,
  options: CallOptions = {},
): Promise<InferenceTrace> {
  const { request, batch, result } = traced;
  const events = await readEvents(rpc, traced, options);
  const heightOf = (type: string, operator?: string): bigint | undefined =>
    events.found.find(
      (one) =>
        one.event.type === type &&
        attribute(one.event, "batch_id") === String(batch.id) &&
        (operator === undefined || attribute(one.event, "operator") === operator),
    )?.height;
  const verdictOf = verdicts(traced);
  return {
    batchId: batch.id,
    requestHeight: request.height,
    drawHeight: batch.slotHeight,
    frozenHeight: heightOf("inference.commits_frozen"),
    resultHeight: result.height,
    members: batch.seats.map((seat) => ({
      operator: seat.operatorAddress,
      consensusAddress: toHex(seat.consensusAddress),
      power: seat.power,
      status: shortName(SeatStatusNames, seat.status),
      verdict: verdictOf(seat),
      commitHeight: heightOf("inference.committed", seat.operatorAddress),
      revealHeight: heightOf("inference.revealed", seat.operatorAddress),
    })),
    complete: events.complete,
  };
}

interface SeenEvent {
  readonly height: bigint;
  readonly event: Event;
}

/** Events of the blocks from the draw to the result, in order. */
async function readEvents(
  rpc: RpcTransport,
  { batch, result }: TracedRequest,
  { signal }: CallOptions,
): Promise<{ readonly found: readonly SeenEvent[]; readonly complete: boolean }> {
  const found: SeenEvent[] = [];
  let left = BLOCKS_MAX;
  for (let height = batch.slotHeight; height <= result.height; height++) {
    if (left-- <= 0) return { found, complete: false };
    try {
      const { events, txResults } = await blockResults(rpc, height, { signal });
      const all = [...txResults.flatMap((one) => one.events), ...events];
      found.push(...all.map((event) => ({ height, event })));
    } catch (error) {
      signal?.throwIfAborted();
      // The answer was paid for and is there: a node that keeps no events must not hide it.
      if (error instanceof SdkError) return { found, complete: false };
      throw error;
    }
  }
  return { found, complete: true };
}

function attribute(event: Event, key: string): string | undefined {
  return event.attributes.find((one) => one.key === key)?.value;
}

/** Judges a seat for this request as the chain does (protocol.md section 13). */
function verdicts({ request, batch, result }: TracedRequest): (seat: Seat) => Verdict {
  const position = batch.requestIds.indexOf(request.id);
  if (publishesPayloads(batch)) return (seat) => combinedVerdict(seat, position);
  const finals = batch.requestIds.map((_, place) => {
    const agreed = batch.agreedLeaves[place];
    const own = place === position && !isEscalation(batch) ? result.requestDigest : agreed;
    return own === undefined || own.length === 0 ? undefined : own;
  });
  const judgement = new BatchJudgement(batch, finals);
  return (seat) => judgement.verdict(seat, position);
}
