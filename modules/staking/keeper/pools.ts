import type { Context } from "#core/baseapp/context.js";
import type { Address } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { BONDED_POOL, NOT_BONDED_POOL } from "../types/keys.js";
import { isBonded, type Validator } from "../types/validator.js";
import type { StakingState } from "./state.js";

/** Name of one of the two module accounts that hold all stake. */
export type Pool = typeof BONDED_POOL | typeof NOT_BONDED_POOL;

/** The pool that holds a validator's tokens. */
export function poolOf(validator: Validator): Pool {
  return isBonded(validator) ? BONDED_POOL : NOT_BONDED_POOL;
}

/** Moves tokens from one pool to the other; nothing when they are the same or there are none. */
export function moveBetweenPools(
  ctx: Context,
  state: StakingState,
  move: { readonly from: Pool; readonly to: Pool; readonly amount: bigint },
): void {
  if (move.from === move.to || move.amount === 0n) return;
  const coins = [coin(state.bondDenom(ctx), move.amount)];
  state.needs.bank.sendBetweenModules(ctx, move.from, move.to, coins);
}

/** Destroys tokens of a pool; nothing when there are none. */
export function burnFromPool(ctx: Context, state: StakingState, pool: Pool, amount: bigint): void {
  if (amount === 0n) return;
  state.needs.bank.burn(ctx, pool, [coin(state.bondDenom(ctx), amount)]);
}

/** Sends tokens of a pool to an account; nothing when there are none. */
export function sendFromPool(
  ctx: Context,
  state: StakingState,
  { pool, receiver, amount }: { pool: Pool; receiver: Address; amount: bigint },
): void {
  if (amount === 0n) return;
  const coins = [coin(state.bondDenom(ctx), amount)];
  state.needs.bank.sendFromModule(ctx, pool, receiver, coins);
}

/** Tokens that both pools hold. */
export function stakedTokens(ctx: Context, state: StakingState): bigint {
  const { bank } = state.needs;
  const denom = state.bondDenom(ctx);
  return (
    bank.moduleBalance(ctx, BONDED_POOL, denom) + bank.moduleBalance(ctx, NOT_BONDED_POOL, denom)
  );
}
