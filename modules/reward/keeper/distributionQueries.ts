import type { Context } from "#core/baseapp/context.js";
import { type QueryHandlers, queryHandler } from "#core/baseapp/queryRouter.js";
import type { DecCoin } from "#core/codec/generated/cosmos/base/v1beta1.js";
import * as distribution from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import { divFloor } from "#core/primitives/intMath.js";
import { BPS_ONE } from "#core/primitives/units.js";
import { owedDec } from "../types/accrual.js";
import { owedTo } from "./delegationRewards.js";
import type { RewardKeeper } from "./keeper.js";
import { queriedDelegation, queriedDelegator, queriedValidator } from "./queriedDelegation.js";

/**
 * Read-only answers of cosmos.distribution.v1beta1.Query, as wallets ask for them. Amounts are
 * decimals of 18 digits; a list of coins leaves zero out, as the SDK's does.
 */
export function distributionQueries(keeper: RewardKeeper): QueryHandlers {
  return new Map([
    ["Params", params(keeper)],
    ["DelegationRewards", delegationRewards(keeper)],
    ["DelegationTotalRewards", delegationTotalRewards(keeper)],
    ["ValidatorOutstandingRewards", validatorOutstandingRewards(keeper)],
    ["ValidatorCommission", validatorCommission(keeper)],
    ["ValidatorDistributionInfo", validatorDistributionInfo(keeper)],
    ["DelegatorValidators", delegatorValidators(keeper)],
    ["CommunityPool", communityPool(keeper)],
    ["DelegatorWithdrawAddress", delegatorWithdrawAddress()],
  ]);
}

/** `amount` is a decimal, times 10^18. */
function decCoins(ctx: Context, keeper: RewardKeeper, amount: bigint): DecCoin[] {
  const denom = keeper.needs.staking.bondDenom(ctx);
  return amount === 0n ? [] : [{ denom, amount: amount.toString() }];
}

const params = (keeper: RewardKeeper) =>
  queryHandler(
    { request: distribution.QueryParamsRequest, response: distribution.QueryParamsResponse },
    (ctx) => {
      const tax = BigInt(keeper.params(ctx).communityPoolBps) * divFloor(DEC_ONE, BPS_ONE);
      return {
        params: {
          communityTax: tax.toString(),
          baseProposerReward: "0",
          bonusProposerReward: "0",
          withdrawAddrEnabled: false,
        },
      };
    },
  );

const delegationRewards = (keeper: RewardKeeper) =>
  queryHandler(
    {
      request: distribution.QueryDelegationRewardsRequest,
      response: distribution.QueryDelegationRewardsResponse,
    },
    (ctx, { delegatorAddress, validatorAddress }) => {
      const named = { delegator: delegatorAddress, operator: validatorAddress };
      const owed = owedTo(ctx, keeper, queriedDelegation(ctx, keeper, named));
      return { rewards: decCoins(ctx, keeper, owedDec(owed)) };
    },
  );

const delegationTotalRewards = (keeper: RewardKeeper) =>
  queryHandler(
    {
      request: distribution.QueryDelegationTotalRewardsRequest,
      response: distribution.QueryDelegationTotalRewardsResponse,
    },
    (ctx, { delegatorAddress }) => {
      const delegator = queriedDelegator(delegatorAddress);
      const owed = [...keeper.needs.staking.delegationsOf(ctx, delegator)].map((delegation) => ({
        validatorAddress: formatAddress("operator", delegation.operator),
        amount: owedDec(owedTo(ctx, keeper, delegation)),
      }));
      const total = owed.reduce((sum, { amount }) => sum + amount, 0n);
      return {
        rewards: owed.map(({ validatorAddress, amount }) => ({
          validatorAddress,
          reward: decCoins(ctx, keeper, amount),
        })),
        total: decCoins(ctx, keeper, total),
      };
    },
  );

const validatorOutstandingRewards = (keeper: RewardKeeper) =>
  queryHandler(
    {
      request: distribution.QueryValidatorOutstandingRewardsRequest,
      response: distribution.QueryValidatorOutstandingRewardsResponse,
    },
    (ctx, { validatorAddress }) => {
      const operator = queriedValidator(ctx, keeper, validatorAddress);
      const { outstanding } = keeper.accrual(ctx, operator);
      return { rewards: { rewards: decCoins(ctx, keeper, outstanding * DEC_ONE) } };
    },
  );

/** Nobody earns a commission yet. */
const validatorCommission = (keeper: RewardKeeper) =>
  queryHandler(
    {
      request: distribution.QueryValidatorCommissionRequest,
      response: distribution.QueryValidatorCommissionResponse,
    },
    (ctx, { validatorAddress }) => {
      queriedValidator(ctx, keeper, validatorAddress);
      return { commission: { commission: [] } };
    },
  );

/** What the operator has earned by its own delegation, which may be none any more. */
const validatorDistributionInfo = (keeper: RewardKeeper) =>
  queryHandler(
    {
      request: distribution.QueryValidatorDistributionInfoRequest,
      response: distribution.QueryValidatorDistributionInfoResponse,
    },
    (ctx, { validatorAddress }) => {
      const operator = queriedValidator(ctx, keeper, validatorAddress);
      const own = keeper.needs.staking.findDelegation(ctx, operator, operator);
      const earned = own === undefined ? 0n : owedDec(owedTo(ctx, keeper, own));
      return {
        operatorAddress: formatAddress("account", operator),
        selfBondRewards: decCoins(ctx, keeper, earned),
        commission: [],
      };
    },
  );

const delegatorValidators = (keeper: RewardKeeper) =>
  queryHandler(
    {
      request: distribution.QueryDelegatorValidatorsRequest,
      response: distribution.QueryDelegatorValidatorsResponse,
    },
    (ctx, { delegatorAddress }) => {
      const delegations = keeper.needs.staking.delegationsOf(
        ctx,
        queriedDelegator(delegatorAddress),
      );
      return {
        validators: [...delegations].map(({ operator }) => formatAddress("operator", operator)),
      };
    },
  );

const communityPool = (keeper: RewardKeeper) =>
  queryHandler(
    {
      request: distribution.QueryCommunityPoolRequest,
      response: distribution.QueryCommunityPoolResponse,
    },
    (ctx) => ({ pool: decCoins(ctx, keeper, keeper.communityPool(ctx) * DEC_ONE) }),
  );

/** Rewards are always paid to the delegator itself. */
const delegatorWithdrawAddress = () =>
  queryHandler(
    {
      request: distribution.QueryDelegatorWithdrawAddressRequest,
      response: distribution.QueryDelegatorWithdrawAddressResponse,
    },
    (_ctx, { delegatorAddress }) => ({
      withdrawAddress: formatAddress("account", queriedDelegator(delegatorAddress)),
    }),
  );
