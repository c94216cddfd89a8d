import type { Context } from "#core/baseapp/context.js";
import {
  Availability,
  type Batch,
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
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { abstains, isAbstentionBitmap } from "../../types/abstentions.js";
import { findAgreement, leafCount, publishesPayloads, revealedRoot } from "../../types/batch.js";
import { batchRoot, computeCommitment, NO_RECEIPT } from "../../types/digests.js";
import {
  availabilityChanged,
  commitmentConflicted,
  committed,
  revealed,
} from "../../types/events.js";
import type { InferenceKeeper } from "../keeper.js";
import type { BatchBook } from "./batchBook.js";
import { declineSeat, faultSeat } from "./leaveSeat.js";
import { payloadLeaves } from "../../types/payload.js";
import { payloadShape } from "./outputs.js";
import { type NumberedSeat, releaseGas } from "./reservation.js";

/** A validator's verified vote extension. */
export interface Statement {
  readonly consensusAddress: Uint8Array;
  readonly extension: VoteExtension;
}

/**
 * Applies what validators said, in validator-set order, and counts agreement on what was revealed.
 * Entries about batches that are not waiting for them, or by validators without a seat, say
 * nothing.
 */
export function applyVotes(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  statements: readonly Statement[],
): void {
  const revealedIn = new Set<bigint>();
  for (const statement of statements) {
    applyStatement(new Hearing(ctx, keeper, book, statement));
    for (const { batchId } of statement.extension.reveals) revealedIn.add(batchId);
  }
  revealedIn.forEach((batchId) => {
    noteAgreement(ctx, book, batchId);
  });
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

/** Notes the root that deciding seats have revealed, and when. */
function noteAgreement(ctx: Context, book: BatchBook, batchId: bigint): void {
  const batch = book.findRunning(ctx, batchId);
  if (batch === undefined || batch.agreedRoot.length > 0 || publishesPayloads(batch)) return;
  const agreement = findAgreement(batch, revealedRoot);
  if (agreement === undefined) return;
  book.put({ ...batch, agreedRoot: agreement.value, agreedHeight: ctx.height });
}

/** A seat of the validator that is heard, with its batch. */
interface HeldSeat extends NumberedSeat {
  readonly batch: Batch;
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

  decline(batchId: bigint, reason = "declined"): void {
    const held = this.#seat(batchId, BatchStatus.COMMITTING, SeatStatus.WAITING);
    if (held === undefined) return;
    const { number } = held;
    declineSeat(this.#ctx, this.#keeper, this.#book, { batchId, number, reason });
  }

  commitment({ batchId, commitment }: Commitment): void {
    const held = this.#heldSeat(batchId);
    if (held === undefined) return;
    const { batch, seat, number } = held;
    if (seat.commitment.length > 0) {
      this.#noteConflict(commitment, held);
      return;
    }
    releaseGas(this.#ctx, this.#keeper, batch, seat);
    const status = SeatStatus.COMMITTED;
    this.#book.putSeat(batchId, number, { ...seat, status, commitment });
    this.#ctx.emit(committed(batchId, seat.operatorAddress));
  }

  reveal(entry: Reveal): void {
    const held = this.#seat(entry.batchId, BatchStatus.REVEALING, SeatStatus.COMMITTED);
    if (held === undefined) return;
    const { batch, seat } = held;
    if (!this.#opens(entry, held)) {
      this.#faultInvalid(held);
      return;
    }
    const { abstentions } = entry;
    const opened = { ...seat, batchRoot: entry.batchRoot, abstentions };
    if (publishesPayloads(batch)) this.#book.putSeat(batch.id, held.number, opened);
    else this.#markRevealed({ ...held, seat: opened });
  }

  /** Answers of one seat, which code aggregation needs of each: what its own reveal stands for. */
  seatPayload(payload: Payload): void {
    const held = this.#seat(payload.batchId, BatchStatus.REVEALING, SeatStatus.COMMITTED);
    if (held === undefined || !publishesPayloads(held.batch)) return;
    const { batch, seat, number } = held;
    const leaves = payloadLeaves(payload, payloadShape(this.#ctx, this.#keeper, batch));
    if (leaves === undefined || !standsFor(seat, leaves)) return;
    this.#keeper.setSeatPayload(this.#ctx, batch.id, number, payload);
    this.#markRevealed({ ...held, seat: { ...seat, payloadReceived: true } });
  }

  requestDigests({ batchId, digests }: RequestDigests): void {
    const held = this.#seat(batchId, BatchStatus.COMPARING, SeatStatus.REVEALED);
    if (held === undefined || held.seat.requestDigests.length > 0) return;
    const { batch, seat, number } = held;
    const complete = digests.length === leafCount(batch);
    if (complete && equalBytes(batchRoot(digests), seat.batchRoot)) {
      this.#book.putSeat(batchId, number, { ...seat, requestDigests: digests });
    } else {
      this.#faultInvalid(held);
    }
  }

  #opens(entry: Reveal, { batch, seat }: HeldSeat): boolean {
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

  #markRevealed({ batch, seat, number }: HeldSeat): void {
    this.#book.putSeat(batch.id, number, { ...seat, status: SeatStatus.REVEALED });
    this.#ctx.emit(revealed(batch.id, seat.operatorAddress, seat.batchRoot));
  }

  #faultInvalid({ batch, number }: HeldSeat): void {
    const kind = FaultKind.INVALID;
    faultSeat(this.#ctx, this.#keeper, this.#book, { batchId: batch.id, number, kind });
  }

  #noteConflict(commitment: Uint8Array, { batch, seat, number }: HeldSeat): void {
    if (equalBytes(seat.commitment, commitment) || seat.conflictingCommitment) return;
    this.#book.putSeat(batch.id, number, { ...seat, conflictingCommitment: true });
    this.#ctx.emit(commitmentConflicted(batch.id, seat.operatorAddress));
  }

  #declineAll(): void {
    const { consensusAddress } = this.statement;
    for (const batchId of this.#keeper.owedBatchIds(this.#ctx, consensusAddress)) {
      this.decline(batchId, "unavailable");
    }
  }

  /** The index comes first: what a statement names without a seat costs no batch to be read. */
  #heldSeat(batchId: bigint): HeldSeat | undefined {
    const { consensusAddress } = this.statement;
    const number = this.#keeper.findSeatNumber(this.#ctx, consensusAddress, batchId);
    if (number === undefined) return undefined;
    const batch = this.#book.find(this.#ctx, batchId);
    const found = assertDefined(batch, "a listed seat has a batch");
    return { batch: found, number, seat: assertDefined(found.seats[number], "and a place in it") };
  }

  #seat(batchId: bigint, batchStatus: BatchStatus, seatStatus: SeatStatus): HeldSeat | undefined {
    const held = this.#heldSeat(batchId);
    const awaited = held?.batch.status === batchStatus && held.seat.status === seatStatus;
    return awaited ? held : undefined;
  }
}

/** Whether leaves are what a seat revealed: its root, with abstentions where it said so. */
function standsFor(seat: Seat, leaves: readonly Uint8Array[]): boolean {
  if (!equalBytes(batchRoot(leaves), seat.batchRoot)) return false;
  return leaves.every(
    (leaf, position) => equalBytes(leaf, NO_RECEIPT) === abstains(seat.abstentions, position),
  );
}
