import type { Context } from "#core/baseapp/context.js";
import type { Address } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { decTruncate } from "#core/primitives/dec.js";
import { BondStatus } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { exchangeRateInvalid } from "../types/errors.js";
import { MAX_SHARES } from "../types/limits.js";
import {
  addTokens,
  computeIssuedShares,
  computeTokens,
  isWorthless,
  removeShares,
} from "../types/shares.js";
import type { Validator } from "../types/validator.js";
import { jailValidator } from "./jail.js";
import { operatorText, type StakingState } from "./state.js";

/** Tokens that join a validator. */
export interface Stake {
  readonly delegator: Address;
  readonly validator: Validator;
  readonly amount: bigint;
}

/**
 * Fails with `staking/34` unless the amount buys shares: not when those there are worthless, nor
 * when the amount is less than the least share or would pass the bound of all shares.
 */
export function requireDelegable({ validator, amount }: Omit<Stake, "delegator">): void {
  if (isWorthless(validator)) throw exchangeRateInvalid();
  const issued = computeIssuedShares(validator, amount);
  if (issued === 0n || validator.shares + issued >= MAX_SHARES) throw exchangeRateInvalid();
}

/**
 * Adds tokens, which are in the validator's pool already, and gives the delegator the shares that
 * it returns.
 */
export function addDelegation(ctx: Context, state: StakingState, stake: Stake): bigint {
  const { delegator, validator, amount } = stake;
  const { operator } = validator;
  const { hooks } = state.needs;
  const existing = state.findDelegation(ctx, delegator, operator);
  if (existing !== undefined) {
    hooks.beforeDelegationSharesModified(ctx, delegator, operatorText(operator));
  }
  const added = addTokens(validator, amount);
  state.setValidator(ctx, added.stake);
  const shares = (existing?.shares ?? 0n) + added.issued;
  state.setDelegation(ctx, { delegator, operator, shares });
  hooks.afterDelegationModified(ctx, delegator, operatorText(operator));
  return added.issued;
}

/** Shares that leave a validator. */
export interface Withdrawal {
  readonly delegator: Address;
  readonly validator: Validator;
  /** At most those of the delegation. */
  readonly shares: bigint;
}

/**
 * Takes shares from a delegation and returns the tokens they were worth, which stay in the
 * validator's pool. An operator whose own delegation falls below its minimum is jailed; an
 * unbonded validator without shares is removed (SDK Keeper.Unbond).
 */
export function removeDelegation(
  ctx: Context,
  state: StakingState,
  withdrawal: Withdrawal & { readonly held: bigint },
): bigint {
  const { delegator, validator, shares, held } = withdrawal;
  const { operator } = validator;
  const { hooks } = state.needs;
  hooks.beforeDelegationSharesModified(ctx, delegator, operatorText(operator));
  const left = held - shares;
  const isOwn = equalBytes(delegator, operator);
  if (isOwn && !validator.jailed && isBelowMinimum(validator, left)) {
    jailValidator(ctx, state, validator);
  }
  state.setDelegation(ctx, { delegator, operator, shares: left });
  const removed = removeShares(state.getValidator(ctx, operator), shares);
  state.setValidator(ctx, removed.stake);
  hooks.afterDelegationModified(ctx, delegator, operatorText(operator));
  removeIfEmpty(ctx, state, removed.stake);
  return removed.tokens;
}

/** Removes an unbonded validator that has no shares any more. */
export function removeIfEmpty(ctx: Context, state: StakingState, validator: Validator): void {
  if (validator.shares !== 0n || validator.status !== BondStatus.UNBONDED) return;
  state.deleteValidator(ctx, validator);
  state.needs.hooks.afterValidatorRemoved(ctx, operatorText(validator.operator));
}

/** Whether shares of the operator's own are worth less than its minimum. */
export function isBelowMinimum(validator: Validator, shares: bigint): boolean {
  return decTruncate(computeTokens(validator, shares)) < validator.minSelfDelegation;
}
