import type { Context, Misbehavior } from "#core/baseapp/context.js";
import { BondStatus } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { Address } from "#core/crypto/address.js";
import { jailed, slashed } from "../types/events.js";
import { decOf } from "../types/params.js";
import { jailValidator } from "./jail.js";
import { slashInfraction } from "./slash.js";
import type { StakingState } from "./state.js";

/** The last second of the year 9999: no end of the jail (SDK DoubleSignJailEndTime). */
const NEVER = { seconds: 253_402_300_799n, nanos: 0 } as const;

/** Updates of a block act two heights on, so what unbonds from one height back was at stake. */
const SIGNING_STAKE_AGE = 1n;

/**
 * Slashes, jails and tombstones a validator that signed two blocks of one height or took part in a
 * light client attack. CometBFT has verified the evidence and its age. Validators that are gone,
 * unbonded or tombstoned are past punishing (SDK x/evidence).
 */
export function punishDoubleSign(ctx: Context, state: StakingState, proof: Misbehavior): void {
  const address = proof.consensusAddress as Address;
  const validator = state.findValidatorByConsensusAddress(ctx, address);
  if (validator === undefined || validator.status === BondStatus.UNBONDED) return;
  const signing = state.findSigningInfo(ctx, address);
  if (signing === undefined || signing.tombstoned) return;
  const { power } = proof;
  const sinceHeight = proof.height - SIGNING_STAKE_AGE;
  const fraction = decOf(state.slashingParams(ctx).slashFractionDoubleSign);
  const burned = slashInfraction(ctx, state, { validator, sinceHeight, power, fraction });
  ctx.emit(slashed(address, { power, reason: "double_sign", burned }));
  if (!validator.jailed) {
    jailValidator(ctx, state, state.getValidator(ctx, validator.operator));
    ctx.emit(jailed(address));
  }
  state.setSigningInfo(ctx, address, { ...signing, jailedUntil: NEVER, tombstoned: true });
}
