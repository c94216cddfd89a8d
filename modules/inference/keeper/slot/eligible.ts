import type { Context } from "#core/baseapp/context.js";
import type { Params, ProviderLoad } from "#core/codec/generated/aivm/inference/v1.js";
import type { ConsensusMember } from "#core/codec/generated/aivm/staking/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Weighted } from "../../types/draw.js";
import { loadBefore } from "../batch/reservation.js";
import type { InferenceKeeper } from "../keeper.js";

/** What one seat of a batch reserves at its provider. */
export interface SeatNeed {
  readonly gas: bigint;
  readonly payloadBytes: bigint;
}

/** A provider that may be drawn. */
export interface Candidate extends Weighted {
  readonly member: ConsensusMember;
  /** What it had reserved before this block's votes, and what this slot has given it. */
  readonly load: ProviderLoad;
}

/**
 * Providers that a slot may draw, in the order and with the powers of the validator set of the
 * next height, which this block cannot change. Neither a statement of availability in this very
 * block nor what its votes free counts yet: its proposer knew the beacon when it chose what to
 * carry (protocol.md section 6).
 */
export function eligibleProviders(ctx: Context, keeper: InferenceKeeper): Candidate[] {
  const { staking } = keeper.needs;
  const after = staking.consensusSet(ctx, ctx.height + 2n);
  const staying = new Set(after.map((member) => toHex(member.consensusAddress)));
  return staking
    .consensusSet(ctx, ctx.height + 1n)
    .filter((member) => staying.has(toHex(member.consensusAddress)))
    .map((member) => ({ member, load: keeper.load(ctx, member.consensusAddress) }))
    .filter(({ load }) => wasAvailable(ctx, load))
    .map(({ member, load }) => ({ member, power: member.power, load: loadBefore(ctx, load) }));
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

/**
 * Whether providers hold the least share of the bonded power that decisions by power ask for: FULL
 * requests, escalations, validation jobs.
 */
export function hasFullPower(
  ctx: Context,
  keeper: InferenceKeeper,
  providers: readonly Weighted[],
): boolean {
  const power = providers.reduce((sum, provider) => sum + provider.power, 0n);
  const bps = BigInt(keeper.params(ctx).fullMinPowerBps);
  return providers.length > 0 && power * 10_000n >= bps * keeper.needs.staking.bondedPower(ctx);
}

/** Providers that are available now, as a request is admitted by; at most `limit` of them. */
export function availableProviders(
  ctx: Context,
  keeper: InferenceKeeper,
  limit: number,
): readonly ConsensusMember[] {
  const found: ConsensusMember[] = [];
  for (const member of keeper.needs.staking.consensusSet(ctx, ctx.height + 1n)) {
    if (found.length >= limit) break;
    if (!keeper.load(ctx, member.consensusAddress).unavailable) found.push(member);
  }
  return found;
}
