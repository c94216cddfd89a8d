import type { Context } from "#core/baseapp/context.js";
import { assert } from "#core/primitives/assert.js";
import { jailed } from "../types/events.js";
import { toNs, toTimestamp } from "../types/time.js";
import { consensusAddressOf, type Validator } from "../types/validator.js";
import type { StakingState } from "./state.js";

/** Takes a validator that is not jailed out of the candidates; the set follows at block end. */
export function jailValidator(ctx: Context, state: StakingState, validator: Validator): void {
  assert(!validator.jailed, "a validator is jailed once");
  state.setValidator(ctx, { ...validator, jailed: true });
}

/**
 * Jails the validator of a consensus address for as long as downtime does; nothing when there is
 * none or it is jailed already.
 */
export function jailForFault(ctx: Context, state: StakingState, address: Uint8Array): void {
  const validator = state.findValidatorByConsensusAddress(ctx, address);
  if (validator === undefined || validator.jailed) return;
  jailValidator(ctx, state, validator);
  const consensusAddress = consensusAddressOf(validator);
  const signing = state.findSigningInfo(ctx, consensusAddress);
  if (signing !== undefined) {
    const jailedUntil = toTimestamp(downtimeJailEnd(ctx, state));
    state.setSigningInfo(ctx, consensusAddress, { ...signing, jailedUntil });
  }
  ctx.emit(jailed(consensusAddress));
}

/** Time before which a validator that is jailed now cannot unjail itself. */
export function downtimeJailEnd(ctx: Context, state: StakingState): bigint {
  return ctx.header.timeNs + toNs(state.slashingParams(ctx).downtimeJailDuration);
}
