import type { Context } from "#core/baseapp/context.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import { BondStatus } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { toHex } from "#core/primitives/bytes.js";
import { BONDED_POOL, NOT_BONDED_POOL } from "../types/keys.js";
import { isBonded, potentialPower, type Validator } from "../types/validator.js";
import { moveBetweenPools } from "./pools.js";
import { beginSigning } from "./signing.js";
import type { StakingState } from "./state.js";

/**
 * Bonds the strongest candidates and lets the others unbond, and returns what changed: new powers
 * from the strongest down, then those who leave in byte order of their operators (SDK
 * ApplyAndReturnValidatorSetUpdates).
 *
 * When nobody is left who could be bonded, the set stays as it is: CometBFT refuses an empty set,
 * and the chain could never go on.
 */
export function updateValidatorSet(ctx: Context, state: StakingState): ValidatorUpdate[] {
  const elected = electedValidators(ctx, state);
  if (elected.length === 0) return [];
  const last = state.lastPowers(ctx);
  const chosen = new Set(elected.map(({ operator }) => toHex(operator)));
  const leaving = last
    .filter(([operator]) => !chosen.has(toHex(operator)))
    .map(([operator]) => state.getValidator(ctx, operator));
  const joining = elected.filter((validator) => !isBonded(validator));

  for (const validator of joining) bondValidator(ctx, state, validator);
  for (const validator of leaving) unbondValidator(ctx, state, validator);
  settlePools(ctx, state, sumTokens(joining) - sumTokens(leaving));
  const updates = [
    ...changedPowers(ctx, state, { elected, last }),
    ...leaving.map(({ consensusKey }) => ({ publicKey: consensusKey, power: 0n })),
  ];
  if (updates.length === 0) return [];
  const total = elected.reduce((sum, validator) => sum + potentialPower(validator), 0n);
  state.tables.lastTotalPower.set(state.kv(ctx), total);
  return updates;
}

/** Up to `max_validators` candidates with power, strongest first. */
export function electedValidators(ctx: Context, state: StakingState): Validator[] {
  const max = state.params(ctx).maxValidators;
  const elected: Validator[] = [];
  for (const [power, operator] of state.tables.powerIndex.iterate(state.kv(ctx), {
    order: "descending",
  })) {
    if (power === 0n || elected.length === max) break;
    elected.push(state.getValidator(ctx, operator));
  }
  return elected;
}

/** Writes the powers of the new set and gives those that differ from the last one. */
function changedPowers(
  ctx: Context,
  state: StakingState,
  sets: { readonly elected: readonly Validator[]; readonly last: Last },
): ValidatorUpdate[] {
  const kv = state.kv(ctx);
  const before = new Map(sets.last.map(([operator, power]) => [toHex(operator), power]));
  const changed: ValidatorUpdate[] = [];
  for (const validator of sets.elected) {
    const { operator, consensusKey } = validator;
    const power = potentialPower(validator);
    if (before.get(toHex(operator)) === power) continue;
    state.tables.lastPowers.set(kv, operator, power);
    changed.push({ publicKey: consensusKey, power });
  }
  return changed;
}

type Last = ReturnType<StakingState["lastPowers"]>;

function bondValidator(ctx: Context, state: StakingState, validator: Validator): void {
  if (validator.status === BondStatus.UNBONDING) {
    const { unbondingTimeNs, operator } = validator;
    state.tables.validatorQueue.delete(state.kv(ctx), [unbondingTimeNs, operator]);
  }
  state.setValidator(ctx, { ...validator, status: BondStatus.BONDED });
  beginSigning(ctx, state, validator);
}

function unbondValidator(ctx: Context, state: StakingState, validator: Validator): void {
  const kv = state.kv(ctx);
  const { operator } = validator;
  const unbondingTimeNs = ctx.header.timeNs + state.unbondingTimeNs(ctx);
  state.setValidator(ctx, {
    ...validator,
    status: BondStatus.UNBONDING,
    unbondingTimeNs,
    unbondingHeight: ctx.height,
  });
  state.tables.validatorQueue.add(kv, [unbondingTimeNs, operator]);
  state.tables.lastPowers.delete(kv, operator);
}

/** Moves what was bonded less what was let go, in one transfer. */
function settlePools(ctx: Context, state: StakingState, bonded: bigint): void {
  const [from, to] =
    bonded > 0n
      ? ([NOT_BONDED_POOL, BONDED_POOL] as const)
      : ([BONDED_POOL, NOT_BONDED_POOL] as const);
  moveBetweenPools(ctx, state, { from, to, amount: bonded > 0n ? bonded : -bonded });
}

function sumTokens(validators: readonly Validator[]): bigint {
  return validators.reduce((sum, { tokens }) => sum + tokens, 0n);
}
