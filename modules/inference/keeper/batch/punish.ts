import type { Context } from "#core/baseapp/context.js";
import { type Batch, FaultKind, type Params } from "#core/codec/generated/aivm/inference/v1.js";
import { coin } from "#core/primitives/coin.js";
import { faultRecorded } from "../../types/events.js";
import type { Slash } from "../../types/expectedKeepers.js";
import type { InferenceKeeper } from "../keeper.js";

/** A seat at fault, and who is rewarded for having shown it. */
export interface Punishment {
  readonly batch: Batch;
  readonly number: number;
  readonly kind: FaultKind;
  readonly reward?: Slash["reward"];
}

/** Records a fault, takes its penalty and jails the validator when faults pile up. */
export function punish(ctx: Context, keeper: InferenceKeeper, punishment: Punishment): void {
  const { batch, number, kind, reward } = punishment;
  const seat = batch.seats[number];
  if (seat === undefined) return;
  const { staking } = keeper.needs;
  const { consensusAddress } = seat;
  const params = keeper.params(ctx);
  const bps = BigInt(penaltyBps(params, kind));
  const slash =
    reward === undefined ? { consensusAddress, bps } : { consensusAddress, bps, reward };
  const taken = staking.slash(ctx, slash);
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
  countFault(ctx, keeper, params, consensusAddress);
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
  consensusAddress: Uint8Array,
): void {
  const load = keeper.load(ctx, consensusAddress);
  const fresh = ctx.height - load.faultWindowHeight > params.faultWindowBlocks;
  const faults = fresh ? 1 : load.recentFaults + 1;
  const faultWindowHeight = fresh ? ctx.height : load.faultWindowHeight;
  const jailed = faults >= params.faultsToJail;
  const { staking } = keeper.needs;
  keeper.setLoad(ctx, { ...load, recentFaults: jailed ? 0 : faults, faultWindowHeight });
  if (jailed && !staking.isJailed(ctx, consensusAddress)) staking.jail(ctx, consensusAddress);
}
