import type { Context } from "#core/baseapp/context.js";
import type { Batch } from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { maxBig } from "#core/primitives/intMath.js";
import { drawByPower } from "../../types/draw.js";
import { seatRedrawn } from "../../types/events.js";
import { commitPhaseHeight } from "../../types/evidence.js";
import { reserveSeat } from "../batch/reservation.js";
import type { InferenceKeeper } from "../keeper.js";
import { type Candidate, eligibleProviders, hasCapacity } from "./eligible.js";
import { backlog, makeSeat } from "./openBatch.js";

/**
 * Draws seats in place of those that were declined in an earlier block. Without enough providers
 * the batch goes on with fewer seats; the missing ones count as disagreeing.
 */
export function redrawSeats(ctx: Context, keeper: InferenceKeeper, beacon: Uint8Array): void {
  for (const id of keeper.openBatchIds(ctx)) {
    const batch = keeper.getBatch(ctx, id);
    // Who declined in this very block may have known the beacon.
    const late = batch.declineHeight === ctx.height ? batch.declinedSeats : 0;
    const redraws = batch.pendingRedraws - late;
    if (redraws > 0) redraw(ctx, keeper, { batch, redraws, beacon });
  }
}

function redraw(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly batch: Batch; readonly redraws: number; readonly beacon: Uint8Array },
): void {
  const { batch, redraws, beacon } = given;
  const params = keeper.params(ctx);
  const candidates = eligibleProviders(ctx, keeper).filter(
    ({ member, load }) =>
      hasCapacity(load, batch, params) &&
      !batch.seats.some((seat) => equalBytes(seat.consensusAddress, member.consensusAddress)),
  );
  const firstSeat = batch.seats.length;
  const drawn = drawByPower(candidates, Math.min(redraws, candidates.length), {
    beacon,
    batchId: batch.id,
    firstSeat,
  });
  const added = drawn.map((candidate) => makeSeat(ctx, candidate, true));
  const pendingRedraws = batch.pendingRedraws - redraws;
  const phaseHeight = maxBig(batch.phaseHeight, busyPhaseHeight(ctx, keeper, batch, drawn));
  const seats = [...batch.seats, ...added];
  keeper.setBatch(ctx, { ...batch, seats, pendingRedraws, phaseHeight });
  for (const [index, seat] of added.entries()) {
    reserveSeat(ctx, keeper, batch, { seat, number: firstSeat + index });
    ctx.emit(seatRedrawn(batch.id, seat.operatorAddress));
  }
}

/**
 * What work that waits at the providers drawn now makes of the phase; 0 when there is none worth a
 * block. The seats' own draw is allowed for by `seatPhaseHeight`.
 */
function busyPhaseHeight(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  drawn: readonly Candidate[],
): bigint {
  const params = keeper.params(ctx);
  const work = batch.gas + batch.loadingGas;
  const busy = commitPhaseHeight(ctx.height, work + backlog(ctx, keeper, drawn, batch), params);
  return busy > commitPhaseHeight(ctx.height, work, params) ? busy : 0n;
}
