import type { Context } from "#core/baseapp/context.js";
import type { Address } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { computeOwed, owedWhole } from "../types/accrual.js";
import { rewardsWithdrawn } from "../types/events.js";
import type { DelegatedShares } from "../types/expectedKeepers.js";
import { REWARD_MODULE } from "../types/keys.js";
import type { RewardKeeper } from "./keeper.js";

/** Unpaid rewards of an existing delegation, in unes times OWED_SCALE. */
export function owedTo(ctx: Context, keeper: RewardKeeper, delegation: DelegatedShares): bigint {
  const { delegator, operator, shares } = delegation;
  const start = assertDefined(
    keeper.findStart(ctx, delegator, operator),
    "the rewards of a delegation have a start",
  );
  return computeOwed(shares, start, keeper.accrual(ctx, operator).perShare);
}

/**
 * Pays an existing delegation what it has earned, in whole unes, and returns that. The fraction
 * stays with the validator's outstanding rewards. The caller sets or deletes the start.
 */
export function payDelegation(
  ctx: Context,
  keeper: RewardKeeper,
  delegation: DelegatedShares,
): Coin {
  const { bank, staking } = keeper.needs;
  const { delegator, operator } = delegation;
  const amount = owedWhole(owedTo(ctx, keeper, delegation));
  const paid = coin(staking.bondDenom(ctx), amount);
  if (amount > 0n) {
    const { perShare, outstanding } = keeper.accrual(ctx, operator);
    keeper.setAccrual(ctx, operator, { perShare, outstanding: outstanding - amount });
    bank.sendFromModule(ctx, REWARD_MODULE, delegator, [paid]);
  }
  ctx.emit(rewardsWithdrawn(delegator, operator, paid));
  return paid;
}

/** Lets a delegation's rewards begin now. */
export function beginRewards(
  ctx: Context,
  keeper: RewardKeeper,
  delegator: Address,
  operator: Address,
): void {
  const { perShare } = keeper.accrual(ctx, operator);
  keeper.setStart(ctx, delegator, { operator, perShare });
}
