import type { StakingHooks } from "#modules/staking/types/hooks.js";
import type { Context } from "#core/baseapp/context.js";
import { parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { beginRewards, payDelegation } from "./delegationRewards.js";
import type { RewardKeeper } from "./keeper.js";

/** What staking calls to keep rewards in step with shares. */
export function rewardHooks(keeper: RewardKeeper): StakingHooks<Context> {
  const { staking } = keeper.needs;
  return {
    // A validator without a record is one that has earned nothing.
    afterValidatorCreated: () => undefined,
    // What roundings left is nobody's: the last delegation was paid before it went.
    afterValidatorRemoved: (ctx, operatorText) => {
      const operator = parseAddress("operator", operatorText);
      keeper.addToCommunityPool(ctx, keeper.accrual(ctx, operator).outstanding);
      keeper.deleteAccrual(ctx, operator);
    },
    beforeDelegationSharesModified: (ctx, delegator, operatorText) => {
      const operator = parseAddress("operator", operatorText);
      const delegation = staking.findDelegation(ctx, delegator, operator);
      payDelegation(ctx, keeper, assertDefined(delegation, "only what exists is modified"));
      keeper.deleteStart(ctx, delegator, operator);
    },
    afterDelegationModified: (ctx, delegator, operatorText) => {
      const operator = parseAddress("operator", operatorText);
      if (staking.findDelegation(ctx, delegator, operator) === undefined) return;
      beginRewards(ctx, keeper, delegator, operator);
    },
  };
}
