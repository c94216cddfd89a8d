import type { Context } from "#core/baseapp/context.js";
import type { GenesisState } from "#core/codec/generated/aivm/reward/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { parseUint } from "#core/primitives/intMath.js";
import { invalidGenesis } from "../types/errors.js";
import { REWARD_MODULE } from "../types/keys.js";
import { beginRewards } from "./delegationRewards.js";
import { computeLiabilities } from "./invariants.js";
import type { RewardKeeper } from "./keeper.js";

/**
 * Writes a validated genesis; bank and staking come first. Fails with `reward/3` unless the module
 * account holds exactly what is owed. Delegations that the genesis says nothing of earn from now.
 */
export function initGenesis(ctx: Context, keeper: RewardKeeper, genesis: GenesisState): void {
  keeper.setParams(ctx, genesis.params);
  keeper.setCommunityPool(ctx, amount(genesis.communityPool));
  for (const { operatorAddress, perShare, outstanding } of genesis.validators) {
    const accrual = { perShare: amount(perShare), outstanding: amount(outstanding) };
    keeper.setAccrual(ctx, parseAddress("operator", operatorAddress), accrual);
  }
  for (const { operatorAddress, delegatorAddress, perShare } of genesis.delegators) {
    const start = {
      operator: parseAddress("operator", operatorAddress),
      perShare: amount(perShare),
    };
    keeper.setStart(ctx, parseAddress("account", delegatorAddress), start);
  }
  for (const breakdown of genesis.breakdowns) keeper.setBreakdown(ctx, breakdown);
  requireFunds(ctx, keeper);
  for (const { delegator, operator } of keeper.needs.staking.delegations(ctx)) {
    if (keeper.findStart(ctx, delegator, operator) === undefined) {
      beginRewards(ctx, keeper, delegator, operator);
    }
  }
}

/** The state as a genesis section. */
export function exportGenesis(ctx: Context, keeper: RewardKeeper): GenesisState {
  return {
    params: keeper.params(ctx),
    communityPool: keeper.communityPool(ctx).toString(),
    validators: [...keeper.validators(ctx)],
    delegators: [...keeper.starts(ctx)],
    breakdowns: [...keeper.breakdowns(ctx)],
  };
}

function requireFunds(ctx: Context, keeper: RewardKeeper): void {
  const { bank, staking } = keeper.needs;
  const balance = bank.moduleBalance(ctx, REWARD_MODULE, staking.bondDenom(ctx));
  const owed = computeLiabilities(ctx, keeper);
  if (balance !== owed) {
    throw invalidGenesis({ at: "reward", problem: "module account does not match", balance, owed });
  }
}

function amount(text: string): bigint {
  return assertDefined(parseUint(text), "the genesis was validated");
}
