import { assert } from "#core/primitives/assert.js";
import { DEC_ONE, decQuo, decTruncate } from "#core/primitives/dec.js";
import type { Validator } from "./validator.js";

/** What shares are computed from: tokens in base units, shares as a decimal. */
export type Stake = Pick<Validator, "tokens" | "shares">;

/**
 * Worth of shares in tokens, a decimal with ties to even (SDK Validator.TokensFromShares); the
 * validator must have shares.
 */
export function computeTokens(stake: Stake, shares: bigint): bigint {
  return decQuo(shares * stake.tokens, stake.shares);
}

/**
 * Shares that stand for an amount of tokens, rounded down (SDK Validator.SharesFromTokens); the
 * validator must have tokens.
 */
export function computeShares(stake: Stake, amount: bigint): bigint {
  assert(stake.tokens > 0n, "shares of a validator without tokens have no price");
  return (stake.shares * amount) / stake.tokens;
}

/** Shares to issue for an amount; the first ones cost one token each. */
export function computeIssuedShares(stake: Stake, amount: bigint): bigint {
  return stake.shares === 0n ? amount * DEC_ONE : computeShares(stake, amount);
}

/** Adds tokens and issues shares for them (SDK Validator.AddTokensFromDel). */
export function addTokens<T extends Stake>(
  stake: T,
  amount: bigint,
): { readonly stake: T; readonly issued: bigint } {
  const issued = computeIssuedShares(stake, amount);
  const { tokens, shares } = stake;
  return { stake: { ...stake, tokens: tokens + amount, shares: shares + issued }, issued };
}

/**
 * Takes shares back and gives what they are worth, rounded down (SDK Validator.RemoveDelShares).
 * The fraction stays with the other shares; the last shares get all that is left.
 */
export function removeShares<T extends Stake>(
  stake: T,
  removed: bigint,
): { readonly stake: T; readonly tokens: bigint } {
  const shares = stake.shares - removed;
  const tokens = shares === 0n ? stake.tokens : decTruncate(computeTokens(stake, removed));
  assert(shares >= 0n && tokens <= stake.tokens, "no more is removed than there is");
  return { stake: { ...stake, tokens: stake.tokens - tokens, shares }, tokens };
}

/** Whether shares are worth nothing, because every token was slashed: nobody can join any more. */
export function isWorthless(stake: Stake): boolean {
  return stake.tokens === 0n && stake.shares > 0n;
}
