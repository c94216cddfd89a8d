import { FEE_COLLECTOR } from "#modules/auth/types/keys.js";
import type { CommitVote, Context } from "#core/baseapp/context.js";
import type { BlockReport } from "#core/baseapp/module.js";
import { coin } from "#core/primitives/coin.js";
import { divFloor, shareOf } from "#core/primitives/intMath.js";
import { accrue } from "../types/accrual.js";
import { rewardsAllocated } from "../types/events.js";
import { REWARD_MODULE } from "../types/keys.js";
import type { RewardKeeper } from "./keeper.js";

/** What one block hands out among the validators of its last commit. */
interface BlockRewards {
  readonly denom: string;
  /** For all validators together. */
  readonly amount: bigint;
  readonly totalPower: bigint;
}

/**
 * Hands out what the fee collector holds: a part to the community pool, the rest to the validators
 * of the last commit by power, whether they signed or not, as x/distribution does. What roundings
 * leave, and the part of a validator without delegations, goes to the community pool. The first
 * block of a chain has no last commit; its fees wait for the second.
 */
export function beginBlock(ctx: Context, keeper: RewardKeeper, report: BlockReport): void {
  const { bank, staking } = keeper.needs;
  const totalPower = report.lastCommit.reduce((sum, vote) => sum + vote.power, 0n);
  const denom = staking.bondDenom(ctx);
  const collected = bank.moduleBalance(ctx, FEE_COLLECTOR, denom);
  if (totalPower === 0n || collected === 0n) return;

  const tax = shareOf(collected, BigInt(keeper.params(ctx).communityPoolBps));
  const rewards = { denom, amount: collected - tax, totalPower };
  bank.sendBetweenModules(ctx, FEE_COLLECTOR, REWARD_MODULE, [coin(denom, collected)]);
  let allocated = 0n;
  for (const vote of report.lastCommit) allocated += allocate(ctx, keeper, rewards, vote);
  keeper.addToCommunityPool(ctx, collected - allocated);
}

/** Gives a validator's delegators their part, rounded down; returns it. */
function allocate(
  ctx: Context,
  keeper: RewardKeeper,
  rewards: BlockRewards,
  vote: CommitVote,
): bigint {
  const { staking } = keeper.needs;
  const amount = divFloor(rewards.amount * vote.power, rewards.totalPower);
  const validator = staking.findValidatorByConsensusAddress(ctx, vote.consensusAddress);
  if (validator === undefined || validator.shares === 0n || amount === 0n) return 0n;
  const { operator, shares } = validator;
  keeper.setAccrual(ctx, operator, accrue(keeper.accrual(ctx, operator), amount, shares));
  ctx.emit(rewardsAllocated(operator, rewards.denom, amount));
  return amount;
}
