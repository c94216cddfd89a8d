import type { Context } from "#core/baseapp/context.js";
import { type Batch, BatchStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { drawByPower } from "../../types/draw.js";
import { seatRedrawn } from "../../types/events.js";
import { reserveSeat } from "../batch/reservation.js";
import type { InferenceKeeper } from "../keeper.js";
import { type Candidate, eligibleProviders, hasCapacity } from "./eligible.js";
import { makeSeat } from "./openBatch.js";

/**
 * Draws seats in place of those that were declined in an earlier block. Without enough providers
 * the batch goes on with fewer seats; the missing ones count as disagreeing.
 */
export function redrawSeats(ctx: Context, keeper: InferenceKeeper, beacon: Uint8Array): void {
  for (const id of keeper.openBatchIds(ctx)) {
    const batch = keeper.getBatch(ctx, id);
    if (batch.status !== BatchStatus.COMMITTING || batch.pendingRedraws === 0) continue;
    if (batch.slotHeight === ctx.height || batch.declineHeight === ctx.height) continue;
    redraw(ctx, keeper, batch, beacon);
  }
}

function redraw(ctx: Context, keeper: InferenceKeeper, batch: Batch, beacon: Uint8Array): void {
  const params = keeper.params(ctx);
  const candidates = eligibleProviders(ctx, keeper).filter(
    ({ member, load }) =>
      hasCapacity(load, batch, params) &&
      !batch.seats.some((seat) => equalBytes(seat.consensusAddress, member.consensusAddress)),
  );
  const count = Math.min(batch.pendingRedraws, candidates.length);
  const seed = { beacon, batchId: batch.id, firstSeat: batch.seats.length };
  const drawn: readonly Candidate[] = drawByPower(candidates, count, seed);
  const added = drawn.map((candidate) => makeSeat(ctx, candidate, true));
  const redrawn = { ...batch, seats: [...batch.seats, ...added], pendingRedraws: 0 };
  keeper.setBatch(ctx, redrawn);
  for (const seat of added) {
    reserveSeat(ctx, keeper, redrawn, seat);
    ctx.emit(seatRedrawn(batch.id, seat.operatorAddress));
  }
}
