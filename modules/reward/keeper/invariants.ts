import type { Context } from "#core/baseapp/context.js";
import type { Invariant } from "#core/baseapp/module.js";
import { formatAddress } from "#core/crypto/address.js";
import { parseUint } from "#core/primitives/intMath.js";
import { computeOwed, OWED_SCALE } from "../types/accrual.js";
import { findBreakdownProblem } from "../types/breakdown.js";
import { REWARD_MODULE } from "../types/keys.js";
import type { RewardKeeper } from "./keeper.js";

/** What must hold of rewards after every block. */
export function rewardInvariants(keeper: RewardKeeper): readonly Invariant[] {
  return [
    { name: "module-account", check: (ctx) => checkModuleAccount(ctx, keeper) },
    { name: "owed-is-covered", check: (ctx) => checkOwed(ctx, keeper) },
    { name: "breakdowns", check: (ctx) => checkBreakdowns(ctx, keeper) },
  ];
}

/** What the module account must hold: the community pool and all outstanding rewards, in unes. */
export function computeLiabilities(ctx: Context, keeper: RewardKeeper): bigint {
  let sum = keeper.communityPool(ctx);
  for (const { outstanding } of keeper.validators(ctx)) sum += parseUint(outstanding) ?? 0n;
  return sum;
}

function checkModuleAccount(ctx: Context, keeper: RewardKeeper): string | undefined {
  const { bank, staking } = keeper.needs;
  const balance = bank.moduleBalance(ctx, REWARD_MODULE, staking.bondDenom(ctx));
  const liabilities = computeLiabilities(ctx, keeper);
  if (balance === liabilities) return undefined;
  return `the module account holds ${balance.toString()}, owed are ${liabilities.toString()}`;
}

/** Delegations and starts match one to one, and what they are owed is outstanding. */
function checkOwed(ctx: Context, keeper: RewardKeeper): string | undefined {
  const owedByOperator = new Map<string, OperatorDebt>();
  let delegations = 0;
  for (const delegation of keeper.needs.staking.delegations(ctx)) {
    const { delegator, operator, shares } = delegation;
    const text = formatAddress("operator", operator);
    const { perShare, outstanding } = keeper.accrual(ctx, operator);
    const start = keeper.findStart(ctx, delegator, operator);
    if (start === undefined) return `a delegation to ${text} has no start`;
    if (start > perShare) return `a delegation to ${text} begins after its rewards`;
    const owed = (owedByOperator.get(text)?.owed ?? 0n) + computeOwed(shares, start, perShare);
    owedByOperator.set(text, { owed, outstanding });
    delegations += 1;
  }
  for (const [operator, { owed, outstanding }] of owedByOperator) {
    if (owed > outstanding * OWED_SCALE) {
      return `delegations to ${operator} are owed more than is outstanding`;
    }
  }
  const starts = [...keeper.starts(ctx)].length;
  return starts === delegations ? undefined : `${starts} starts for ${delegations} delegations`;
}

interface OperatorDebt {
  /** Unes times OWED_SCALE. */
  readonly owed: bigint;
  /** Unes. */
  readonly outstanding: bigint;
}

function checkBreakdowns(ctx: Context, keeper: RewardKeeper): string | undefined {
  for (const breakdown of keeper.breakdowns(ctx)) {
    const problem = findBreakdownProblem(breakdown);
    if (problem !== undefined) return `request ${breakdown.requestId.toString()}: ${problem}`;
  }
  return undefined;
}
