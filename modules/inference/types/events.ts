import { toHex } from "#core/primitives/bytes.js";
import type { Coin } from "#core/primitives/coin.js";
import { type Event, event } from "#core/primitives/event.js";
import {
  type Batch,
  BatchKindNames,
  type Fault,
  FaultKindNames,
  type Request,
  RequestStatusNames,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";

type Names = ReadonlyArray<readonly [number, string]>;

/** The enum value's name without its prefix, for example `FULFILLED`. */
function shortName(names: Names, value: number): string {
  const full = names.find(([number]) => number === value)?.[1] ?? String(value);
  const prefix = names[0]?.[1].replace(/UNSPECIFIED$/, "") ?? "";
  return full.startsWith(prefix) ? full.slice(prefix.length) : full;
}

/** A request was escrowed and queued. */
export function requested(request: Request, price: bigint): Event {
  return event("inference.requested", [
    ["request_id", request.id],
    ["requester", request.requester],
    ["version_id", toHex(request.versionId)],
    ["inputs", request.inputCount],
    ["price", price],
  ]);
}

/** An answer of a kernel's head is repeated by the version that runs beside it. */
export function shadowQueued(request: Request, price: Coin): Event {
  return event("inference.shadow_queued", [
    ["request_id", request.id],
    ["repeats", request.shadow?.requestId ?? 0n],
    ["version_id", toHex(request.versionId)],
    ["price", `${price.amount}${price.denom}`],
  ]);
}

/** The beacon of a block. */
export function beaconAdvanced(height: bigint, beacon: Uint8Array): Event {
  return event("inference.beacon_advanced", [
    ["height", height],
    ["beacon", toHex(beacon)],
  ]);
}

/** Transaction 0 of a decided block was not valid and was skipped. */
export function injectedSkipped(reason: string): Event {
  return event("inference.injected_skipped", [["reason", reason]]);
}

/** A batch was drawn and its members know their work. */
export function batchDrawn(batch: Batch): Event {
  return event("inference.batch_drawn", [
    ["batch_id", batch.id],
    ["kind", shortName(BatchKindNames, batch.kind)],
    ["version_id", toHex(batch.versionId)],
    ["request_ids", batch.requestIds.join(",")],
    ["operators", batch.seats.map((seat) => seat.operatorAddress).join(",")],
  ]);
}

/** A declined seat was drawn again. */
export function seatRedrawn(batchId: bigint, operator: string): Event {
  return event("inference.seat_redrawn", [
    ["batch_id", batchId],
    ["operator", operator],
  ]);
}

/** A seat's commitment was recorded. */
export function committed(batchId: bigint, operator: string): Event {
  return event("inference.committed", [
    ["batch_id", batchId],
    ["operator", operator],
  ]);
}

/** A seat sent a second, different commitment; the first counts. */
export function commitmentConflicted(batchId: bigint, operator: string): Event {
  return event("inference.commitment_conflicted", [
    ["batch_id", batchId],
    ["operator", operator],
  ]);
}

/** The commit set is complete: members may reveal. */
export function commitsFrozen(batch: Batch): Event {
  return event("inference.commits_frozen", [["batch_id", batch.id]]);
}

/** A seat's reveal opened its commitment. */
export function revealed(batchId: bigint, operator: string, root: Uint8Array): Event {
  return event("inference.revealed", [
    ["batch_id", batchId],
    ["operator", operator],
    ["batch_root", toHex(root)],
  ]);
}

/** Revealed roots differ without agreement: members publish request digests. */
export function comparisonBegun(batchId: bigint): Event {
  return event("inference.comparison_begun", [["batch_id", batchId]]);
}

/** A seat was given up without fault. */
export function seatVacated(batchId: bigint, operator: string, reason: string): Event {
  return event("inference.seat_vacated", [
    ["batch_id", batchId],
    ["operator", operator],
    ["reason", reason],
  ]);
}

/** A provider said that it cannot serve, or that it can again. */
export function availabilityChanged(consensusAddress: Uint8Array, available: boolean): Event {
  return event("inference.availability_changed", [
    ["consensus_address", toHex(consensusAddress)],
    ["available", String(available)],
  ]);
}

/** A seat broke the protocol. */
export function faultRecorded(fault: Fault): Event {
  return event("inference.fault_recorded", [
    ["batch_id", fault.batchId],
    ["operator", fault.operatorAddress],
    ["kind", shortName(FaultKindNames, fault.kind)],
    ["penalty", `${fault.penalty.amount}${fault.penalty.denom}`],
  ]);
}

/** An answer is readable; `provisional` until reveals that are awaited are in. */
export function resultWritten(result: Result): Event {
  return event("inference.result_written", [
    ["request_id", result.requestId],
    ["status", shortName(RequestStatusNames, result.status)],
    ["request_digest", toHex(result.requestDigest)],
    ["provisional", String(result.provisional)],
  ]);
}

/** A request goes to all available providers. */
export function escalated(requestId: bigint, reason: string): Event {
  return event("inference.escalated", [
    ["request_id", requestId],
    ["reason", reason],
  ]);
}

/** Members' answers to a request, which differ lawfully, were made one, or do not agree. */
export function answersCombined(
  requestId: bigint,
  by: "code" | "distribution",
  agreed: boolean,
): Event {
  return event("inference.answers_combined", [
    ["request_id", requestId],
    ["by", by],
    ["agreed", String(agreed)],
  ]);
}

/** A batch is decided; pay and penalties are held until it closes. */
export function batchSettled(batch: Batch): Event {
  return event("inference.batch_settled", [
    ["batch_id", batch.id],
    ["closes_height", batch.closesHeight],
  ]);
}

/** A batch's pay and penalties were released. */
export function batchClosed(batchId: bigint): Event {
  return event("inference.batch_closed", [["batch_id", batchId]]);
}

/** A request reached a terminal state. */
export function requestEnded(request: Request): Event {
  return event("inference.request_ended", [
    ["request_id", request.id],
    ["requester", request.requester],
    ["status", shortName(RequestStatusNames, request.status)],
  ]);
}

/** A result was disputed. */
export function challenged(requestId: bigint, challenger: string): Event {
  return event("inference.challenged", [
    ["request_id", requestId],
    ["challenger", challenger],
  ]);
}

/** A dispute ended. */
export function challengeEnded(requestId: bigint, won: boolean): Event {
  return event("inference.challenge_ended", [
    ["request_id", requestId],
    ["won", String(won)],
  ]);
}

/** A version keeps causing escalations and may not run for a while. */
export function versionSuspended(versionId: Uint8Array, until: bigint): Event {
  return event("inference.version_suspended", [
    ["version_id", toHex(versionId)],
    ["until", until],
  ]);
}
