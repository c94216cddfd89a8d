import type { Context } from "#core/baseapp/context.js";
import type {
  MsgDelegate,
  MsgDelegateResponse,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { Address } from "#core/crypto/address.js";
import { amountOf, type Coin, coin, formatCoins } from "#core/primitives/coin.js";
import { insufficientFunds, invalidRequest } from "#core/primitives/sdkErrors.js";
import { noValidatorFound } from "../types/errors.js";
import { delegated } from "../types/events.js";
import { MAX_STAKED_TOKENS } from "../types/limits.js";
import { parsePair } from "../types/msgs.js";
import { addDelegation, requireDelegable, type Stake } from "./bonding.js";
import { poolOf, stakedTokens } from "./pools.js";
import type { StakingState } from "./state.js";

/** Delegates coins of an account to a validator. */
export function delegate(ctx: Context, state: StakingState, msg: MsgDelegate): MsgDelegateResponse {
  const pair = parsePair(msg);
  const validator = state.findValidator(ctx, pair.operator);
  if (validator === undefined) throw noValidatorFound();
  const stake = { delegator: pair.delegator, validator, amount: amountOf(msg.amount) };
  requireBondDenom(ctx, state, msg.amount);
  requireDelegable(stake);
  requireStakeable(ctx, state, pair.delegator, msg.amount);

  takeStake(ctx, state, stake);
  const newShares = addDelegation(ctx, state, stake);

  ctx.emit(delegated(pair, formatCoins([msg.amount]), newShares));
  return {};
}

/** Fails with `sdk/18` unless the coin is of the denomination that is staked. */
export function requireBondDenom(ctx: Context, state: StakingState, { denom }: Coin): void {
  const expected = state.bondDenom(ctx);
  if (denom !== expected) {
    throw invalidRequest({
      problem: `invalid coin denomination: got ${denom}, expected ${expected}`,
    });
  }
}

/**
 * Fails unless the coin is of the right denomination, the account has it, and all stake together
 * stays within what CometBFT can count.
 */
export function requireStakeable(
  ctx: Context,
  state: StakingState,
  account: Address,
  amount: Coin,
): void {
  requireBondDenom(ctx, state, amount);
  if (stakedTokens(ctx, state) + amountOf(amount) > MAX_STAKED_TOKENS) {
    throw invalidRequest({ problem: "more stake than voting power can count" });
  }
  const spendable = state.needs.bank.spendable(ctx, account, amount.denom);
  if (spendable < amountOf(amount)) {
    const available = formatCoins([coin(amount.denom, spendable)]);
    throw insufficientFunds({ available, required: formatCoins([amount]) });
  }
}

/** Moves an account's coins into the pool of the validator. */
export function takeStake(ctx: Context, state: StakingState, stake: Stake): void {
  const { delegator, validator, amount } = stake;
  const coins = [coin(state.bondDenom(ctx), amount)];
  state.needs.bank.sendToModule(ctx, delegator, poolOf(validator), coins);
}
