import type { Context } from "#core/baseapp/context.js";
import type {
  MsgUndelegate,
  MsgUndelegateResponse,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { amountOf, coin, formatCoins } from "#core/primitives/coin.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import {
  insufficientShares,
  noDelegation,
  noValidatorFound,
  tooManyUnbondingEntries,
} from "../types/errors.js";
import { unbondingBegun } from "../types/events.js";
import { NOT_BONDED_POOL } from "../types/keys.js";
import { parsePair } from "../types/msgs.js";
import { computeShares } from "../types/shares.js";
import { toTimestamp } from "../types/time.js";
import type { Validator } from "../types/validator.js";
import { removeDelegation } from "./bonding.js";
import { requireBondDenom } from "./delegate.js";
import { moveBetweenPools, poolOf } from "./pools.js";
import type { StakingState } from "./state.js";
import { beginUnbonding } from "./unbondingQueue.js";

/** Takes tokens back from a validator; they are paid out after the unbonding time. */
export function undelegate(
  ctx: Context,
  state: StakingState,
  msg: MsgUndelegate,
): MsgUndelegateResponse {
  const pair = parsePair(msg);
  const { delegator, operator } = pair;
  const validator = state.findValidator(ctx, operator);
  if (validator === undefined) throw noValidatorFound();
  const held = state.findDelegation(ctx, delegator, operator)?.shares;
  if (held === undefined) throw noDelegation();
  const shares = sharesToRemove(validator, amountOf(msg.amount), held);
  requireBondDenom(ctx, state, msg.amount);
  const entries = state.findUnbonding(ctx, delegator, operator)?.entries ?? [];
  if (entries.length >= state.params(ctx).maxEntries) throw tooManyUnbondingEntries();

  const amount = removeDelegation(ctx, state, { delegator, validator, shares, held });
  moveBetweenPools(ctx, state, { from: poolOf(validator), to: NOT_BONDED_POOL, amount });
  const completionTimeNs = beginUnbonding(ctx, state, { ...pair, amount });

  const undelegated = coin(msg.amount.denom, amount);
  ctx.emit(unbondingBegun(pair, formatCoins([undelegated]), completionTimeNs));
  return { completionTime: toTimestamp(completionTimeNs), amount: undelegated };
}

/** Shares that stand for the amount; fails unless they are at least one unit and held. */
function sharesToRemove(validator: Validator, amount: bigint, held: bigint): bigint {
  if (validator.tokens === 0n) throw insufficientShares();
  const shares = computeShares(validator, amount);
  if (shares === 0n || shares > held) throw invalidRequest({ problem: "invalid shares amount" });
  return shares;
}
