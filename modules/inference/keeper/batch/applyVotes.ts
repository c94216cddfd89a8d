import type { Context } from "#core/baseapp/context.js";
import {
  Availability,
  BatchStatus,
  type Commitment,
  FaultKind,
  type Payload,
  type RequestDigests,
  type Reveal,
  type Seat,
  SeatStatus,
  type VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { isAbstentionBitmap } from "../../types/abstentions.js";
import { findAgreement, leafCount, publishesPayloads, revealedRoot } from "../../types/batch.js";
import { batchRoot, computeCommitment } from "../../types/digests.js";
import {
  availabilityChanged,
  commitmentConflicted,
  committed,
  revealed,
} from "../../types/events.js";
import type { InferenceKeeper } from "../keeper.js";
import { type BatchBook, findSeat } from "./batchBook.js";
import { declineSeat, faultSeat } from "./leaveSeat.js";
import { payloadLeaves } from "../../types/payload.js";
import { payloadShape } from "./outputs.js";
import { releaseGas } from "./reservation.js";

/** A validator's verified vote extension. */
export interface Statement {
  readonly consensusAddress: Uint8Array;
  readonly extension: VoteExtension;
}

/**
 * Applies what validators said, in validator-set order. Entries about batches that are not waiting
 * for them, or by validators without a seat, say nothing.
 */
export function applyVotes(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  statements: readonly Statement[],
): void {
  for (const statement of statements) applyStatement(new Hearing(ctx, keeper, book, statement));
}

function applyStatement(hearing: Hearing): void {
  const { extension } = hearing.statement;
  hearing.availability(extension.availability);
  for (const batchId of extension.declines) hearing.decline(batchId);
  for (const entry of extension.commitments) hearing.commitment(entry);
  for (const entry of extension.reveals) hearing.reveal(entry);
  for (const entry of extension.payloads) hearing.seatPayload(entry);
  for (const entry of extension.requestDigests) hearing.requestDigests(entry);
}

/** The hearing of one validator's statement. */
class Hearing {
  readonly statement: Statement;
  readonly #ctx: Context;
  readonly #keeper: InferenceKeeper;
  readonly #book: BatchBook;

  constructor(ctx: Context, keeper: InferenceKeeper, book: BatchBook, statement: Statement) {
    this.#ctx = ctx;
    this.#keeper = keeper;
    this.#book = book;
    this.statement = statement;
  }

  availability(said: Availability): void {
    if (said === Availability.UNSPECIFIED) return;
    const { consensusAddress } = this.statement;
    const unavailable = said === Availability.UNAVAILABLE;
    const load = this.#keeper.load(this.#ctx, consensusAddress);
    if (load.unavailable === unavailable) return;
    const availabilityHeight = this.#ctx.height;
    this.#keeper.setLoad(this.#ctx, { ...load, unavailable, availabilityHeight });
    this.#ctx.emit(availabilityChanged(consensusAddress, !unavailable));
    if (unavailable) this.#declineAll();
  }

  decline(batchId: bigint): void {
    const seat = this.#seat(batchId, BatchStatus.COMMITTING, SeatStatus.WAITING);
    if (seat === undefined) return;
    const ref = { batchId, number: seat.number, reason: "declined" };
    declineSeat(this.#ctx, this.#keeper, this.#book, ref);
  }

  commitment(entry: Commitment): void {
    const found = this.#anySeat(entry.batchId);
    if (found === undefined) return;
    const batch = this.#book.get(entry.batchId);
    const { seat, number } = found;
    if (seat.commitment.length > 0) {
      this.#noteConflict(entry, found);
      return;
    }
    if (batch.status !== BatchStatus.COMMITTING || seat.status !== SeatStatus.WAITING) return;
    const { commitment } = entry;
    releaseGas(this.#ctx, this.#keeper, batch, seat);
    const status = SeatStatus.COMMITTED;
    this.#book.putSeat(entry.batchId, number, { ...seat, status, commitment });
    this.#ctx.emit(committed(entry.batchId, seat.operatorAddress));
  }

  reveal(entry: Reveal): void {
    const found = this.#seat(entry.batchId, BatchStatus.REVEALING, SeatStatus.COMMITTED);
    if (found === undefined) return;
    const { seat, number } = found;
    const batch = this.#book.get(entry.batchId);
    if (!this.#opens(entry, seat)) {
      const ref = { batchId: entry.batchId, number, kind: FaultKind.INVALID };
      faultSeat(this.#ctx, this.#keeper, this.#book, ref);
      return;
    }
    const opened = { ...seat, batchRoot: entry.batchRoot, abstentions: entry.abstentions };
    this.#book.putSeat(entry.batchId, number, opened);
    if (!publishesPayloads(batch)) this.#markRevealed(entry.batchId, number);
  }

  /** Answers of one seat, which code aggregation needs of each; they must hash to its own root. */
  seatPayload(payload: Payload): void {
    const found = this.#seat(payload.batchId, BatchStatus.REVEALING, SeatStatus.COMMITTED);
    if (found === undefined || !publishesPayloads(this.#book.get(payload.batchId))) return;
    const batch = this.#book.get(payload.batchId);
    const leaves = payloadLeaves(payload, payloadShape(this.#ctx, this.#keeper, batch));
    if (leaves === undefined || !equalBytes(batchRoot(leaves), found.seat.batchRoot)) return;
    this.#keeper.setSeatPayload(this.#ctx, payload.batchId, found.number, payload);
    const seat = { ...found.seat, payloadReceived: true, accepted: true };
    this.#book.putSeat(payload.batchId, found.number, seat);
    this.#markRevealed(payload.batchId, found.number);
  }

  requestDigests(entry: RequestDigests): void {
    const found = this.#seat(entry.batchId, BatchStatus.COMPARING, SeatStatus.REVEALED);
    if (found === undefined) return;
    const { seat, number } = found;
    const count = leafCount(this.#book.get(entry.batchId));
    if (entry.offset !== seat.requestDigests.length) return;
    const requestDigests = [...seat.requestDigests, ...entry.digests];
    const complete = requestDigests.length === count;
    if (requestDigests.length > count || (complete && !isUnder(seat, requestDigests))) {
      const ref = { batchId: entry.batchId, number, kind: FaultKind.INVALID };
      faultSeat(this.#ctx, this.#keeper, this.#book, ref);
      return;
    }
    this.#book.putSeat(entry.batchId, number, { ...seat, requestDigests });
  }

  #opens(entry: Reveal, seat: Seat): boolean {
    const batch = this.#book.get(entry.batchId);
    if (!isAbstentionBitmap(entry.abstentions, leafCount(batch))) return false;
    const commitment = computeCommitment({
      chainId: this.#ctx.header.chainId,
      batchId: batch.id,
      versionId: batch.versionId,
      consensusAddress: seat.consensusAddress,
      batchRoot: entry.batchRoot,
      salt: entry.salt,
    });
    return equalBytes(commitment, seat.commitment);
  }

  #markRevealed(batchId: bigint, number: number): void {
    const seat = this.#book.get(batchId).seats[number];
    if (seat === undefined) return;
    this.#book.putSeat(batchId, number, { ...seat, status: SeatStatus.REVEALED });
    this.#ctx.emit(revealed(batchId, seat.operatorAddress, seat.batchRoot));
    this.#noteAgreement(batchId);
  }

  #noteAgreement(batchId: bigint): void {
    const batch = this.#book.get(batchId);
    if (batch.agreedRoot.length > 0 || publishesPayloads(batch)) return;
    const agreement = findAgreement(batch, revealedRoot);
    if (agreement !== undefined) this.#book.put({ ...batch, agreedRoot: agreement.value });
  }

  #noteConflict(entry: Commitment, found: { readonly seat: Seat; readonly number: number }): void {
    const { seat, number } = found;
    if (equalBytes(seat.commitment, entry.commitment) || seat.conflictingCommitment) return;
    this.#book.putSeat(entry.batchId, number, { ...seat, conflictingCommitment: true });
    this.#ctx.emit(commitmentConflicted(entry.batchId, seat.operatorAddress));
  }

  #declineAll(): void {
    const { consensusAddress } = this.statement;
    for (const batchId of this.#keeper.owedBatchIds(this.#ctx, consensusAddress)) {
      const seat = this.#seat(batchId, BatchStatus.COMMITTING, SeatStatus.WAITING);
      if (seat === undefined) continue;
      const ref = { batchId, number: seat.number, reason: "unavailable" };
      declineSeat(this.#ctx, this.#keeper, this.#book, ref);
    }
  }

  #anySeat(batchId: bigint): { readonly seat: Seat; readonly number: number } | undefined {
    const batch = this.#book.findRunning(this.#ctx, batchId);
    const number = batch && findSeat(batch, this.statement.consensusAddress);
    const seat = number === undefined ? undefined : batch?.seats[number];
    return seat === undefined || number === undefined ? undefined : { seat, number };
  }

  #seat(
    batchId: bigint,
    batchStatus: BatchStatus,
    seatStatus: SeatStatus,
  ): { readonly seat: Seat; readonly number: number } | undefined {
    const found = this.#anySeat(batchId);
    if (found === undefined || this.#book.get(batchId).status !== batchStatus) return undefined;
    return found.seat.status === seatStatus ? found : undefined;
  }
}

/** Whether complete request digests hash to the root the seat revealed. */
function isUnder(seat: Seat, requestDigests: readonly Uint8Array[]): boolean {
  return equalBytes(batchRoot(requestDigests), seat.batchRoot);
}
