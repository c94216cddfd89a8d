import type { Context } from "#core/baseapp/context.js";
import type {
  MsgCancelUnbondingDelegation,
  MsgCancelUnbondingDelegationResponse,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { amountOf, formatCoins } from "#core/primitives/coin.js";
import { invalidRequest } from "#core/primitives/sdkErrors.js";
import type { UnbondingDelegation, UnbondingEntry } from "../types/delegation.js";
import { noUnbondingDelegation, noValidatorFound, validatorJailed } from "../types/errors.js";
import { unbondingCancelled } from "../types/events.js";
import { NOT_BONDED_POOL } from "../types/keys.js";
import { parsePair } from "../types/msgs.js";
import { addDelegation, requireDelegable } from "./bonding.js";
import { requireBondDenom } from "./delegate.js";
import { moveBetweenPools, poolOf } from "./pools.js";
import type { StakingState } from "./state.js";
import { replaceEntries } from "./unbondingQueue.js";

/** Delegates tokens again that were about to be paid out. */
export function cancelUnbondingDelegation(
  ctx: Context,
  state: StakingState,
  msg: MsgCancelUnbondingDelegation,
): MsgCancelUnbondingDelegationResponse {
  const pair = parsePair(msg);
  const { delegator, operator } = pair;
  const amount = amountOf(msg.amount);
  requireBondDenom(ctx, state, msg.amount);
  const validator = state.findValidator(ctx, operator);
  if (validator === undefined) throw noValidatorFound();
  requireDelegable({ validator, amount });
  if (validator.jailed) throw validatorJailed();
  const unbonding = state.findUnbonding(ctx, delegator, operator);
  const entry = unbonding?.entries.find((one) => one.creationHeight === msg.creationHeight);
  if (unbonding === undefined || entry === undefined) throw noUnbondingDelegation();
  requireCancellable(ctx, entry, amount);

  moveBetweenPools(ctx, state, { from: NOT_BONDED_POOL, to: poolOf(validator), amount });
  addDelegation(ctx, state, { delegator, validator, amount });
  const entries = reduceEntry(unbonding, entry, amount);
  replaceEntries(ctx, state, { before: unbonding, entries });

  ctx.emit(unbondingCancelled(pair, formatCoins([msg.amount]), entry));
  return {};
}

function requireCancellable(ctx: Context, entry: UnbondingEntry, amount: bigint): void {
  if (entry.balance < amount) {
    throw invalidRequest({
      problem: "amount is greater than the unbonding delegation entry balance",
    });
  }
  if (entry.completionTimeNs < ctx.header.timeNs) {
    throw invalidRequest({ problem: "unbonding delegation is already processed" });
  }
}

/** The entries with one reduced, or gone when nothing is left of it. */
function reduceEntry(
  { entries }: UnbondingDelegation,
  reduced: UnbondingEntry,
  amount: bigint,
): UnbondingEntry[] {
  return entries.flatMap((entry) => {
    if (entry !== reduced) return [entry];
    if (entry.balance === amount) return [];
    const { balance, initialBalance } = entry;
    return [{ ...entry, balance: balance - amount, initialBalance: initialBalance - amount }];
  });
}
