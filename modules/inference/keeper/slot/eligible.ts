import type { Context } from "#core/baseapp/context.js";
import type { Params, ProviderLoad } from "#core/codec/generated/aivm/inference/v1.js";
import type { ConsensusMember } from "#core/codec/generated/aivm/staking/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Weighted } from "../../types/draw.js";
import type { InferenceKeeper } from "../keeper.js";

/** What one seat of a batch reserves at its provider. */
export interface SeatNeed {
  readonly gas: bigint;
  readonly payloadBytes: bigint;
}

/** A provider that may be drawn. */
export interface Candidate extends Weighted {
  readonly member: ConsensusMember;
  readonly load: ProviderLoad;
}

/**
 * Providers that a slot may draw, in the order and with the powers of the validator set of the
 * next height, which this block cannot change. A statement of availability in this very block does
 * not count yet: its proposer knew the beacon when it chose what to carry (protocol.md section 6).
 */
export function eligibleProviders(ctx: Context, keeper: InferenceKeeper): Candidate[] {
  const { staking } = keeper.needs;
  const after = staking.consensusSet(ctx, ctx.height + 2n);
  const staying = new Set(after.map((member) => toHex(member.consensusAddress)));
  return staking
    .consensusSet(ctx, ctx.height + 1n)
    .filter((member) => staying.has(toHex(member.consensusAddress)))
    .map((member) => ({
      member,
      power: member.power,
      load: keeper.load(ctx, member.consensusAddress),
    }))
    .filter(({ load }) => wasAvailable(ctx, load));
}

function wasAvailable(ctx: Context, load: ProviderLoad): boolean {
  return load.availabilityHeight === ctx.height ? load.unavailable : !load.unavailable;
}

/** Whether a provider can take one more seat. */
export function hasCapacity(load: ProviderLoad, need: SeatNeed, params: Params): boolean {
  return (
    load.reservedGas + need.gas <= params.providerGas &&
    load.openBatches < params.providerBatches &&
    load.reservedPayloadBytes + need.payloadBytes <= params.payloadBytes
  );
}

/** Providers that are available now, as a request is admitted by. */
function available(ctx: Context, keeper: InferenceKeeper): readonly ConsensusMember[] {
  return keeper.needs.staking
    .consensusSet(ctx, ctx.height + 1n)
    .filter((member) => !keeper.load(ctx, member.consensusAddress).unavailable);
}

export function countAvailable(ctx: Context, keeper: InferenceKeeper): number {
  return available(ctx, keeper).length;
}

/** Power of the providers that are available now. */
export function availablePower(ctx: Context, keeper: InferenceKeeper): bigint {
  return available(ctx, keeper).reduce((sum, member) => sum + member.power, 0n);
}
