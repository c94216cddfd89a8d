import type { BlockReport } from "#core/baseapp/module.js";
import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchKind,
  BatchStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assert } from "#core/primitives/assert.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import {
  decides,
  findAgreement,
  leafCount,
  owes,
  owingSeats,
  publishesPayloads,
  revealedRoot,
} from "../../types/batch.js";
import { NO_RECEIPT } from "../../types/digests.js";
import { commitsFrozen, comparisonBegun } from "../../types/events.js";
import { clearEvidence, judgeSilence, observe, seatPhaseHeight } from "../../types/evidence.js";
import type { InferenceKeeper } from "../keeper.js";
import { aggregateBatch, type AggregationBudget } from "./aggregate.js";
import type { BatchBook } from "./batchBook.js";
import { faultSeat, silenceFault, vacateSeat } from "./leaveSeat.js";
import { settleBatch } from "./settle.js";

/** What a block shows about everybody's presence. */
export interface Attendance {
  readonly proposer: Uint8Array;
  /** Validators whose vote for the last block was a COMMIT, by hex of their address. */
  readonly signed: ReadonlySet<string>;
  /** Validators that sign the next block, by hex of their address. */
  readonly members: ReadonlySet<string>;
}

/** Reads the attendance of a block from its report and the next validator set. */
export function attendanceOf(
  ctx: Context,
  keeper: InferenceKeeper,
  report: BlockReport,
): Attendance {
  const signed = report.lastCommit
    .filter((vote) => vote.flag === "commit")
    .map((vote) => toHex(vote.consensusAddress));
  const set = keeper.needs.staking.consensusSet(ctx, ctx.height + 1n);
  return {
    proposer: ctx.header.proposerAddress,
    signed: new Set(signed),
    members: new Set(set.map((member) => toHex(member.consensusAddress))),
  };
}

/** Moves one running batch as far as this block allows. */
export function advanceBatch(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: {
    readonly batchId: bigint;
    readonly attendance: Attendance;
    readonly budget: AggregationBudget;
  },
): void {
  const { batchId } = given;
  assert(book.findRunning(ctx, batchId) !== undefined, "an open batch is running");
  releaseLost(ctx, keeper, book, given);
  judgeSilent(ctx, keeper, book, given);
  const batch = book.get(batchId);
  if (batch.pendingRedraws > 0 || owingSeats(batch).length > 0) return;
  endPhase(ctx, keeper, book, batch);
  const after = book.get(batchId);
  if (after.status === BatchStatus.AGGREGATING) {
    aggregateBatch(ctx, keeper, book, { batchId, budget: given.budget });
  }
}

/** Vacates seats whose validators left the set: they cannot speak any more. */
function releaseLost(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly batchId: bigint; readonly attendance: Attendance },
): void {
  const { batchId, attendance } = given;
  for (const [number, seat] of book.get(batchId).seats.entries()) {
    if (!owes(book.get(batchId), seat)) continue;
    if (attendance.members.has(toHex(seat.consensusAddress))) continue;
    vacateSeat(ctx, keeper, book, { batchId, number, reason: "left the validator set" });
  }
}

/** Adds this block's evidence against silent seats and ends those whose grace is over. */
function judgeSilent(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly batchId: bigint; readonly attendance: Attendance },
): void {
  const { batchId, attendance } = given;
  const params = keeper.params(ctx);
  const validators = attendance.members.size;
  for (const [number, before] of book.get(batchId).seats.entries()) {
    const batch = book.get(batchId);
    if (!owes(batch, before) || ctx.height < seatPhaseHeight(batch, before, params)) continue;
    const signed = attendance.signed.has(toHex(before.consensusAddress));
    const { proposer } = attendance;
    const seat = observe(before, { proposer, signed });
    book.putSeat(batchId, number, seat);
    const silence = judgeSilence(seat, params, validators);
    if (silence === "fault") {
      faultSeat(ctx, keeper, book, { batchId, number, kind: silenceFault(batch.status) });
    } else if (silence === "vacated") {
      vacateSeat(ctx, keeper, book, { batchId, number, reason: "was not heard" });
    }
  }
}

function endPhase(ctx: Context, keeper: InferenceKeeper, book: BatchBook, batch: Batch): void {
  switch (batch.status) {
    case BatchStatus.COMMITTING:
      endCommitting(ctx, keeper, book, batch);
      return;
    case BatchStatus.REVEALING:
      endRevealing(ctx, keeper, book, batch);
      return;
    case BatchStatus.COMPARING:
      endComparing(ctx, keeper, book, batch);
      return;
    default:
  }
}

function endCommitting(ctx: Context, keeper: InferenceKeeper, book: BatchBook, batch: Batch): void {
  if (!batch.seats.some((seat) => seat.status === SeatStatus.COMMITTED)) {
    settleBatch(ctx, keeper, book, batch.id);
    return;
  }
  const frozen = nextPhase(ctx, batch, BatchStatus.REVEALING);
  book.put(frozen);
  keeper.setRequestStatuses(ctx, frozen);
  ctx.emit(commitsFrozen(frozen));
}

function endRevealing(ctx: Context, keeper: InferenceKeeper, book: BatchBook, batch: Batch): void {
  const revealed = batch.seats.filter((seat) => seat.status === SeatStatus.REVEALED);
  if (publishesPayloads(batch)) {
    if (decides(batch, revealed)) book.put({ ...batch, status: BatchStatus.AGGREGATING });
    else settleBatch(ctx, keeper, book, batch.id);
    return;
  }
  if (batch.agreedRoot.length > 0) {
    settleWhenComplete(ctx, keeper, book, batch);
    return;
  }
  const roots = new Set(revealed.map((seat) => toHex(seat.batchRoot)));
  if (roots.size < 2 || batch.kind === BatchKind.VALIDATION) {
    settleBatch(ctx, keeper, book, batch.id);
    return;
  }
  const comparing = nextPhase(ctx, batch, BatchStatus.COMPARING);
  book.put(comparing);
  keeper.setRequestStatuses(ctx, comparing);
  ctx.emit(comparisonBegun(batch.id));
}

/** Counts agreement leaf by leaf, once, and settles when the agreed outputs are in state. */
function endComparing(ctx: Context, keeper: InferenceKeeper, book: BatchBook, batch: Batch): void {
  if (batch.agreedHeight === 0n) {
    const agreedLeaves = Array.from({ length: leafCount(batch) }, (_, position) =>
      agreedLeaf(batch, position),
    );
    const outputsReceived = agreedLeaves.every((leaf) => leaf.length === 0);
    book.put({ ...batch, agreedLeaves, outputsReceived, agreedHeight: ctx.height });
  }
  settleWhenComplete(ctx, keeper, book, book.get(batch.id));
}

function agreedLeaf(batch: Batch, position: number): Uint8Array {
  const agreement = findAgreement(batch, (seat) => {
    const leaf = revealedRoot(seat) && seat.requestDigests[position];
    return leaf === undefined || equalBytes(leaf, NO_RECEIPT) ? undefined : leaf;
  });
  return agreement?.value ?? new Uint8Array(0);
}

/**
 * Settles a batch whose answers are agreed: with its outputs, or without them when every agreeing
 * member has had its turn to show them.
 */
function settleWhenComplete(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  batch: Batch,
): void {
  const overdue = ctx.height > batch.agreedHeight + keeper.params(ctx).maxGraceBlocks;
  if (batch.outputsReceived || overdue) settleBatch(ctx, keeper, book, batch.id);
}

/** What the batch waits for next can be in a block two heights from now at the earliest. */
function nextPhase(ctx: Context, batch: Batch, status: BatchStatus): Batch {
  return { ...batch, status, phaseHeight: ctx.height + 2n, seats: batch.seats.map(clearEvidence) };
}
