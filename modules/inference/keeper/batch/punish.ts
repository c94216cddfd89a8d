import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  FaultKind,
  type Params,
  type Seat,
} from "#core/codec/generated/aivm/inference/v1.js";
import { coin } from "#core/primitives/coin.js";
import { faultRecorded } from "../../types/events.js";
import type { Slash } from "../../types/expectedKeepers.js";
import type { InferenceKeeper } from "../keeper.js";
import type { NumberedSeat } from "./reservation.js";

/** A seat at fault, and who is rewarded for having shown it. */
export interface Punishment extends NumberedSeat {
  readonly batch: Batch;
  readonly kind: FaultKind;
  readonly reward?: Slash["reward"];
}

/** Records a fault, takes its penalty and jails the validator when faults pile up. */
export function punish(ctx: Context, keeper: InferenceKeeper, punishment: Punishment): void {
  const { batch, seat, number, kind, reward } = punishment;
  const { staking } = keeper.needs;
  const params = keeper.params(ctx);
  const slash: Slash = {
    consensusAddress: seat.consensusAddress,
    bps: BigInt(penaltyBps(params, kind)),
    // Whoever begins to unbond on seeing its own fault pays all the same.
    sinceHeight: seat.drawnHeight,
  };
  const taken = staking.slash(ctx, reward === undefined ? slash : { ...slash, reward });
  const fault = {
    batchId: batch.id,
    seat: number,
    operatorAddress: seat.operatorAddress,
    kind,
    height: ctx.height,
    penalty: coin(staking.bondDenom(ctx), taken),
  };
  keeper.recordFault(ctx, fault);
  ctx.emit(faultRecorded(fault));
  countFault(ctx, keeper, params, seat);
}

function penaltyBps(params: Params, kind: FaultKind): number {
  switch (kind) {
    case FaultKind.WRONG:
      return params.wrongSlashBps;
    case FaultKind.ABSENT:
      return params.absentSlashBps;
    case FaultKind.WITHHELD:
      return params.withheldSlashBps;
    case FaultKind.INVALID:
      return params.invalidSlashBps;
    case FaultKind.UNSPECIFIED:
      return 0;
  }
}

/** Counts faults in a window that begins with its first fault; enough of them jail. */
function countFault(
  ctx: Context,
  keeper: InferenceKeeper,
  params: Params,
  { consensusAddress }: Seat,
): void {
  const load = keeper.load(ctx, consensusAddress);
  const over = ctx.height - load.faultWindowHeight > params.faultWindowBlocks;
  const fresh = load.recentFaults === 0 || over;
  const faults = fresh ? 1 : load.recentFaults + 1;
  const faultWindowHeight = fresh ? ctx.height : load.faultWindowHeight;
  const jailed = faults >= params.faultsToJail;
  keeper.setLoad(ctx, { ...load, recentFaults: jailed ? 0 : faults, faultWindowHeight });
  if (jailed) keeper.needs.staking.jail(ctx, consensusAddress);
}
