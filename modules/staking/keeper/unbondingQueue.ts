import type { Context } from "#core/baseapp/context.js";
import { BondStatus } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { Address } from "#core/crypto/address.js";
import { coin, formatCoins } from "#core/primitives/coin.js";
import {
  addEntry,
  isMature,
  type UnbondingDelegation,
  type UnbondingEntry,
} from "../types/delegation.js";
import { type Pair, unbondingCompleted } from "../types/events.js";
import { NOT_BONDED_POOL } from "../types/keys.js";
import type { Validator } from "../types/validator.js";
import { removeIfEmpty } from "./bonding.js";
import { takeDue } from "./due.js";
import { sendFromPool } from "./pools.js";
import type { StakingState } from "./state.js";

/** Queues tokens of the not-bonded pool to be paid out; returns the time at which they are. */
export function beginUnbonding(
  ctx: Context,
  state: StakingState,
  unbonding: Pair & { readonly amount: bigint },
): bigint {
  const { delegator, operator, amount } = unbonding;
  const kv = state.kv(ctx);
  const completionTimeNs = ctx.header.timeNs + state.unbondingTimeNs(ctx);
  const id = state.tables.nextUnbondingId.find(kv) ?? 1n;
  state.tables.nextUnbondingId.set(kv, id + 1n);
  const balances = { initialBalance: amount, balance: amount };
  const entry = { creationHeight: ctx.height, completionTimeNs, ...balances, id };
  const before = state.findUnbonding(ctx, delegator, operator)?.entries ?? [];
  state.setUnbonding(ctx, { delegator, operator, entries: addEntry(before, entry) });
  state.tables.unbondingQueue.add(kv, [completionTimeNs, delegator, operator]);
  return completionTimeNs;
}

/** Writes what is left of an unbonding delegation; forgets a completion time that none has. */
export function replaceEntries(
  ctx: Context,
  state: StakingState,
  change: { readonly before: UnbondingDelegation; readonly entries: readonly UnbondingEntry[] },
): void {
  const { before, entries } = change;
  const { delegator, operator } = before;
  state.setUnbonding(ctx, { delegator, operator, entries });
  for (const { completionTimeNs } of before.entries) {
    if (entries.some((entry) => entry.completionTimeNs === completionTimeNs)) continue;
    state.tables.unbondingQueue.delete(state.kv(ctx), [completionTimeNs, delegator, operator]);
  }
}

/** Pays out every entry whose time has come, earliest first. */
export function completeMatureUnbondings(ctx: Context, state: StakingState): void {
  const queue = state.tables.unbondingQueue.iterate(state.kv(ctx));
  for (const [, delegator, operator] of takeDue(queue, ctx.header.timeNs)) {
    completeUnbonding(ctx, state, delegator, operator);
  }
}

function completeUnbonding(
  ctx: Context,
  state: StakingState,
  delegator: Address,
  operator: Address,
): void {
  const unbonding = state.findUnbonding(ctx, delegator, operator);
  const mature = unbonding?.entries.filter((entry) => isMature(entry, ctx.header.timeNs)) ?? [];
  if (unbonding === undefined || mature.length === 0) return;
  const entries = unbonding.entries.filter((entry) => !mature.includes(entry));
  replaceEntries(ctx, state, { before: unbonding, entries });
  const amount = mature.reduce((sum, { balance }) => sum + balance, 0n);
  const coins = amount === 0n ? [] : [coin(state.bondDenom(ctx), amount)];
  sendFromPool(ctx, state, { pool: NOT_BONDED_POOL, receiver: delegator, amount });
  ctx.emit(unbondingCompleted({ delegator, operator }, formatCoins(coins)));
}

/** Ends the unbonding of validators whose time has come, and removes those without shares. */
export function completeMatureValidators(ctx: Context, state: StakingState): void {
  const kv = state.kv(ctx);
  const queue = state.tables.validatorQueue.iterate(kv);
  for (const [timeNs, operator] of takeDue(queue, ctx.header.timeNs)) {
    state.tables.validatorQueue.delete(kv, [timeNs, operator]);
    const validator: Validator = {
      ...state.getValidator(ctx, operator),
      status: BondStatus.UNBONDED,
    };
    state.setValidator(ctx, validator);
    removeIfEmpty(ctx, state, validator);
  }
}
