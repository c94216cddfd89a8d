import { noDelegation, noValidatorFound } from "#modules/staking/types/errors.js";
import type { Context } from "#core/baseapp/context.js";
import type {
  MsgWithdrawDelegatorReward,
  MsgWithdrawDelegatorRewardResponse,
} from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { beginRewards, payDelegation } from "./delegationRewards.js";
import type { RewardKeeper } from "./keeper.js";

/** Pays a delegator what one of its delegations has earned; zero is paid as a coin of zero. */
export function withdrawDelegatorReward(
  ctx: Context,
  keeper: RewardKeeper,
  msg: MsgWithdrawDelegatorReward,
): MsgWithdrawDelegatorRewardResponse {
  const { staking } = keeper.needs;
  const operator = parseAddress("operator", msg.validatorAddress);
  const delegator = parseAddress("account", msg.delegatorAddress);
  if (staking.findValidator(ctx, operator) === undefined) throw noValidatorFound();
  const delegation = staking.findDelegation(ctx, delegator, operator);
  if (delegation === undefined) throw noDelegation();

  const paid = payDelegation(ctx, keeper, delegation);
  beginRewards(ctx, keeper, delegator, operator);
  return { amount: [paid] };
}
