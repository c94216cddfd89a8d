import {
  type Batch,
  BatchKind,
  BatchStatus,
  type GenesisState,
  type Payload,
  type Request,
  RequestStatus,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import { isAbstentionBitmap } from "./abstentions.js";
import { isEscalation, isRunning, leafCount, publishesPayloads } from "./batch.js";
import {
  requireAt,
  requireBytes,
  requireGivenOut,
  requireHeight,
  requireOnce,
} from "./genesisFields.js";
import { DIGEST_BYTES, MAX_BATCH_REQUESTS } from "./limits.js";
import { isTerminal } from "./request.js";

const ADDRESS_BYTES = 20;

/** Checks batches, which are in order of their ids, with their seats, requests and payloads. */
export function validateBatches(genesis: GenesisState): void {
  requireAt(genesis.nextBatchId > 0n, "inference.next_batch_id", "below 1");
  const requests = new Map(genesis.requests.map(({ request }) => [request.id, request]));
  const batches = new Map(genesis.batches.map((batch) => [batch.id, batch]));
  const open = countEscalations(genesis, batches);
  for (const [index, batch] of genesis.batches.entries()) {
    const at = `inference.batches[${index}]`;
    requireGivenOut(batch.id, genesis.nextBatchId, `${at}.id`);
    validateBatch(batch, at);
    validateMembers(batch, requests, at);
    for (const [number, seat] of batch.seats.entries()) {
      validateSeat(batch, seat, `${at}.seats[${number}]`);
    }
    const expected = open.get(batch.id) ?? 0;
    requireAt(batch.openEscalations === expected, `${at}.open_escalations`, "miscounted");
  }
  const ids = genesis.batches.map(({ id }) => id);
  requireAt(isStrictlyAscending(ids, compareBig), "inference.batches", "ids do not ascend");
  validateReferences(genesis, batches);
  validatePayloads(genesis, batches);
}

function validateBatch(batch: Batch, at: string): void {
  const { kind, status, requestIds } = batch;
  const knownKind = kind >= BatchKind.COMMITTEE && kind <= BatchKind.VALIDATION;
  requireAt(knownKind, `${at}.kind`, "unknown");
  const knownStatus = status >= BatchStatus.COMMITTING && status <= BatchStatus.CLOSED;
  requireAt(knownStatus, `${at}.status`, "unknown");
  requireBytes(batch.versionId, DIGEST_BYTES, `${at}.version_id`);
  const empty = requestIds.length === 0;
  requireAt(empty === (kind === BatchKind.VALIDATION), `${at}.request_ids`, "do not fit the kind");
  requireAt(requestIds.length <= MAX_BATCH_REQUESTS, `${at}.request_ids`, "too many");
  requireOnce(requestIds, (id) => id, `${at}.request_ids`);
  requireAt(batch.seats.length > 0, `${at}.seats`, "none");
  requireOnce(batch.seats, ({ consensusAddress }) => consensusAddress, `${at}.seats`);
  for (const [name, height] of heightsOf(batch)) requireHeight(height, `${at}.${name}`);
  requireBytes(batch.agreedRoot, DIGEST_BYTES, `${at}.agreed_root`, 0);
  requireBytes(batch.workBeacon, isEscalation(batch) ? DIGEST_BYTES : 0, `${at}.work_beacon`);
  const leaves = batch.agreedLeaves.length;
  const complete = leaves === 0 || leaves === leafCount(batch);
  requireAt(complete, `${at}.agreed_leaves`, "not one for each request");
  for (const [place, leaf] of batch.agreedLeaves.entries()) {
    requireBytes(leaf, DIGEST_BYTES, `${at}.agreed_leaves[${place}]`, 0);
  }
  const aggregated = batch.aggregatedRequests <= requestIds.length;
  requireAt(aggregated, `${at}.aggregated_requests`, "more than there are");
}

function heightsOf(batch: Batch): ReadonlyArray<readonly [string, bigint]> {
  return [
    ["slot_height", batch.slotHeight],
    ["phase_height", batch.phaseHeight],
    ["closes_height", batch.closesHeight],
    ["decline_height", batch.declineHeight],
    ["agreed_height", batch.agreedHeight],
  ];
}

/** A batch's requests exist; those that a running one still decides point to it. */
function validateMembers(batch: Batch, requests: ReadonlyMap<bigint, Request>, at: string): void {
  for (const [index, id] of batch.requestIds.entries()) {
    const place = `${at}.request_ids[${index}]`;
    const request = requests.get(id);
    requireAt(request !== undefined, place, "unknown request");
    const awaited = isRunning(batch) && request !== undefined && !isTerminal(request.status);
    requireAt(!awaited || request.batchId === batch.id, place, "of another batch");
  }
}

function validateSeat(batch: Batch, seat: Seat, at: string): void {
  requireBytes(seat.consensusAddress, ADDRESS_BYTES, `${at}.consensus_address`);
  parseAddress("operator", seat.operatorAddress);
  requireAt(seat.power > 0n, `${at}.power`, "not positive");
  const known = seat.status >= SeatStatus.WAITING && seat.status <= SeatStatus.INVALID;
  requireAt(known, `${at}.status`, "unknown");
  requireHeight(seat.drawnHeight, `${at}.drawn_height`);
  requireBytes(seat.commitment, DIGEST_BYTES, `${at}.commitment`, 0);
  requireBytes(seat.batchRoot, DIGEST_BYTES, `${at}.batch_root`, 0);
  requireAt(hasSpoken(seat), `${at}.status`, "does not fit what the seat said");
  const count = leafCount(batch);
  requireAt(isAbstentionBitmap(seat.abstentions, count), `${at}.abstentions`, "no bitmap");
  requireAt(isAbstentionBitmap(seat.rejections, count), `${at}.rejections`, "no bitmap");
  const shown = seat.requestDigests.length;
  requireAt(shown === 0 || shown === count, `${at}.request_digests`, "not one for each request");
  for (const [place, digest] of seat.requestDigests.entries()) {
    requireBytes(digest, DIGEST_BYTES, `${at}.request_digests[${place}]`);
  }
  for (const [place, proposer] of seat.silentProposers.entries()) {
    requireBytes(proposer, ADDRESS_BYTES, `${at}.silent_proposers[${place}]`);
  }
}

/** A seat that waits has said nothing, one that committed has a commitment, one that revealed a root. */
function hasSpoken({ status, commitment, batchRoot }: Seat): boolean {
  if (status === SeatStatus.WAITING) return commitment.length === 0 && batchRoot.length === 0;
  if (status === SeatStatus.COMMITTED) return commitment.length > 0;
  return status !== SeatStatus.REVEALED || (commitment.length > 0 && batchRoot.length > 0);
}

/** Escalations that go on, by the batch that waits for them. */
function countEscalations(
  genesis: GenesisState,
  batches: ReadonlyMap<bigint, Batch>,
): ReadonlyMap<bigint, number> {
  const open = new Map<bigint, number>();
  for (const { request } of genesis.requests) {
    if (request.status !== RequestStatus.ESCALATED) continue;
    if (!batches.has(request.originBatchId)) continue;
    open.set(request.originBatchId, (open.get(request.originBatchId) ?? 0) + 1);
  }
  return open;
}

/** Requests name batches that exist. */
function validateReferences(genesis: GenesisState, batches: ReadonlyMap<bigint, Batch>): void {
  for (const [index, { request }] of genesis.requests.entries()) {
    const at = `inference.requests[${index}].request`;
    const { batchId, originBatchId, status } = request;
    requireAt(batchId === 0n || batches.has(batchId), `${at}.batch_id`, "unknown batch");
    const known = originBatchId === 0n || batches.has(originBatchId);
    requireAt(known, `${at}.origin_batch_id`, "unknown batch");
    const batch = batches.get(batchId);
    const member = batch === undefined || batch.requestIds.includes(request.id);
    requireAt(member, `${at}.batch_id`, "the batch does not have the request");
    const awaited = !isTerminal(status) && status !== RequestStatus.ESCALATED;
    const runs = batch === undefined || !awaited || isRunning(batch);
    requireAt(runs, `${at}.batch_id`, "the batch was decided");
  }
}

/** Outputs wait with running batches alone. */
function validatePayloads(genesis: GenesisState, batches: ReadonlyMap<bigint, Batch>): void {
  const { agreedPayloads, seatPayloads } = genesis;
  requireOnce(agreedPayloads, ({ batchId }) => batchId, "inference.agreed_payloads");
  for (const [index, payload] of agreedPayloads.entries()) {
    const at = `inference.agreed_payloads[${index}]`;
    const batch = batches.get(payload.batchId);
    requireAt(batch !== undefined && isRunning(batch), `${at}.batch_id`, "no running batch");
    if (batch !== undefined) validatePositions(payload, batch, `${at}.requests`);
  }
  const place = (one: GenesisState["seatPayloads"][number]): string => `${one.batchId}/${one.seat}`;
  requireOnce(seatPayloads, place, "inference.seat_payloads");
  for (const [index, { batchId, seat, payload }] of seatPayloads.entries()) {
    const at = `inference.seat_payloads[${index}]`;
    const batch = batches.get(batchId);
    const kept = batch !== undefined && isRunning(batch) && publishesPayloads(batch);
    requireAt(kept, `${at}.batch_id`, "no running batch whose seats publish payloads");
    const received = batch?.seats[seat]?.payloadReceived === true;
    requireAt(received, `${at}.seat`, "no seat that has shown a payload");
    requireAt(payload.batchId === batchId, `${at}.payload.batch_id`, "of another batch");
    if (batch !== undefined) validatePositions(payload, batch, `${at}.payload.requests`);
  }
}

function validatePositions(payload: Payload, batch: Batch, at: string): void {
  const positions = payload.requests.map(({ position }) => BigInt(position));
  requireAt(isStrictlyAscending(positions, compareBig), at, "positions do not ascend");
  const count = leafCount(batch);
  requireAt(
    payload.requests.every(({ position }) => position < count),
    at,
    "not of the batch",
  );
}
