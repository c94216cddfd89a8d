import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import * as reward from "#core/codec/generated/aivm/reward/v1.js";
import { coin } from "#core/primitives/coin.js";
import { keyNotFound } from "#core/primitives/sdkErrors.js";
import { owedWhole } from "../types/accrual.js";
import { owedTo } from "./delegationRewards.js";
import type { RewardKeeper } from "./keeper.js";
import { queriedDelegation } from "./queriedDelegation.js";

/** Read-only answers of aivm.reward.v1.Query. */
export function rewardQueries(keeper: RewardKeeper): QueryHandlers {
  return new Map([
    ["Params", params(keeper)],
    ["Breakdown", breakdown(keeper)],
    ["CommunityPool", communityPool(keeper)],
    ["DelegationRewards", delegationRewards(keeper)],
  ]);
}

const params = (keeper: RewardKeeper) =>
  queryHandler(
    { request: reward.QueryParamsRequest, response: reward.QueryParamsResponse },
    (ctx) => ({ params: keeper.params(ctx) }),
  );

const breakdown = (keeper: RewardKeeper) =>
  queryHandler(
    { request: reward.QueryBreakdownRequest, response: reward.QueryBreakdownResponse },
    (ctx, { requestId }) => {
      const found = keeper.findBreakdown(ctx, requestId);
      if (found === undefined) {
        throw keyNotFound({ problem: `request ${requestId.toString()} was not paid out` });
      }
      return { breakdown: found };
    },
  );

const communityPool = (keeper: RewardKeeper) =>
  queryHandler(
    { request: reward.QueryCommunityPoolRequest, response: reward.QueryCommunityPoolResponse },
    (ctx) => ({ pool: coin(keeper.needs.staking.bondDenom(ctx), keeper.communityPool(ctx)) }),
  );

const delegationRewards = (keeper: RewardKeeper) =>
  queryHandler(
    {
      request: reward.QueryDelegationRewardsRequest,
      response: reward.QueryDelegationRewardsResponse,
    },
    (ctx, { delegatorAddress, operatorAddress }) => {
      const named = { delegator: delegatorAddress, operator: operatorAddress };
      const owed = owedTo(ctx, keeper, queriedDelegation(ctx, keeper, named));
      return { reward: coin(keeper.needs.staking.bondDenom(ctx), owedWhole(owed)) };
    },
  );
