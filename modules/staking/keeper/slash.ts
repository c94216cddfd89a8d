import type { Context } from "#core/baseapp/context.js";
import { BondStatus } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { Address } from "#core/crypto/address.js";
import { assert } from "#core/primitives/assert.js";
import { decTruncate } from "#core/primitives/dec.js";
import { maxBig, minBig, shareOf } from "#core/primitives/intMath.js";
import { BPS_ONE } from "#core/primitives/units.js";
import { isMature, type UnbondingDelegation } from "../types/delegation.js";
import { slashed } from "../types/events.js";
import { NOT_BONDED_POOL } from "../types/keys.js";
import { POWER_REDUCTION } from "../types/limits.js";
import { consensusAddressOf, potentialPower, type Validator } from "../types/validator.js";
import { burnFromPool, type Pool, poolOf, sendFromPool } from "./pools.js";
import { isTombstoned } from "./signing.js";
import type { StakingState } from "./state.js";

/** An infraction against consensus. */
export interface Infraction {
  readonly validator: Validator;
  /** Stake that unbonds since this height was at stake when it happened. */
  readonly sinceHeight: bigint;
  /** Power with which the validator signed. */
  readonly power: bigint;
  /** Part of the stake that it costs, a decimal. */
  readonly fraction: bigint;
}

/**
 * Burns a part of the stake that signed: first of what has begun to unbond since, then the rest
 * from the validator's tokens, as far as they go. Returns what the tokens lost (SDK Keeper.Slash).
 */
export function slashInfraction(
  ctx: Context,
  state: StakingState,
  { validator, sinceHeight, power, fraction }: Infraction,
): bigint {
  const portion = (amount: bigint): bigint => decTruncate(amount * fraction);
  const { owed, taken } = slashUnbondings(ctx, state, {
    operator: validator.operator,
    sinceHeight,
    portion,
  });
  burnFromPool(ctx, state, NOT_BONDED_POOL, taken);
  const remaining = maxBig(portion(power * POWER_REDUCTION) - owed, 0n);
  const burned = takeTokens(ctx, state, validator, remaining);
  burnFromPool(ctx, state, poolOf(validator), burned);
  return burned;
}

/** A fraction of the stake that another module takes. */
export interface StakeSlash {
  readonly consensusAddress: Uint8Array;
  /** Basis points of the stake, in [0, 10,000]. */
  readonly bps: bigint;
  /** Who receives basis points of what is taken; the rest is burnt. */
  readonly reward?: { readonly address: Uint8Array; readonly bps: bigint } | undefined;
  /**
   * Height of the fault: what has begun to unbond since is slashed too. Absent, only what is
   * staked now is.
   */
  readonly sinceHeight?: bigint | undefined;
}

/**
 * Takes a fraction of a validator's tokens, bonded or unbonding, and of what began to unbond since
 * the fault; rounds down and returns the sum. Takes nothing from validators that are gone,
 * unbonded or tombstoned.
 */
export function slashStake(ctx: Context, state: StakingState, slash: StakeSlash): bigint {
  const { bps, sinceHeight } = slash;
  assert(bps >= 0n && bps <= BPS_ONE, "a slash is at most the whole");
  const validator = state.findValidatorByConsensusAddress(ctx, slash.consensusAddress);
  if (validator === undefined || validator.status === BondStatus.UNBONDED) return 0n;
  const address = consensusAddressOf(validator);
  if (isTombstoned(ctx, state, address)) return 0n;
  const portion = (amount: bigint): bigint => shareOf(amount, bps);
  const { operator, tokens } = validator;
  const unbonding =
    sinceHeight === undefined
      ? 0n
      : slashUnbondings(ctx, state, { operator, sinceHeight, portion }).taken;
  const staked = takeTokens(ctx, state, validator, portion(tokens));
  const burned = staked + unbonding;
  if (burned === 0n) return 0n;
  payOut(ctx, state, slash.reward, { pool: poolOf(validator), staked, unbonding });
  ctx.emit(
    slashed(address, { power: potentialPower(validator), reason: "inference_fault", burned }),
  );
  return burned;
}

interface TakenStake {
  /** Pool of the validator's tokens. */
  readonly pool: Pool;
  readonly staked: bigint;
  /** Out of the not-bonded pool. */
  readonly unbonding: bigint;
}

/** Pays the reward, its basis points of the whole rounded down, and burns the rest. */
function payOut(
  ctx: Context,
  state: StakingState,
  reward: StakeSlash["reward"],
  { pool, staked, unbonding }: TakenStake,
): void {
  const bps = reward?.bps ?? 0n;
  const fromStaked = shareOf(staked, bps);
  const fromUnbonding = shareOf(staked + unbonding, bps) - fromStaked;
  if (reward !== undefined) {
    const receiver = reward.address as Address;
    sendFromPool(ctx, state, { pool, receiver, amount: fromStaked });
    sendFromPool(ctx, state, { pool: NOT_BONDED_POOL, receiver, amount: fromUnbonding });
  }
  burnFromPool(ctx, state, pool, staked - fromStaked);
  burnFromPool(ctx, state, NOT_BONDED_POOL, unbonding - fromUnbonding);
}

/** Reduces a validator's tokens, as far as they go; returns by how much. */
function takeTokens(
  ctx: Context,
  state: StakingState,
  validator: Validator,
  wanted: bigint,
): bigint {
  const taken = minBig(wanted, validator.tokens);
  if (taken > 0n) state.setValidator(ctx, { ...validator, tokens: validator.tokens - taken });
  return taken;
}

interface UnbondingSlash {
  readonly operator: Address;
  readonly sinceHeight: bigint;
  /** What an initial balance costs. */
  readonly portion: (initialBalance: bigint) => bigint;
}

/**
 * Reduces what began to unbond since a height and has not matured. Gives what it cost in all, and
 * what could be taken: balances may be less, after earlier slashes.
 */
function slashUnbondings(
  ctx: Context,
  state: StakingState,
  slash: UnbondingSlash,
): { readonly owed: bigint; readonly taken: bigint } {
  let owed = 0n;
  let taken = 0n;
  for (const unbonding of state.unbondingsFrom(ctx, slash.operator)) {
    const reduced = slashEntries(ctx, unbonding, slash);
    owed += reduced.owed;
    taken += reduced.taken;
    if (reduced.taken > 0n) state.setUnbonding(ctx, reduced.unbonding);
  }
  return { owed, taken };
}

function slashEntries(
  ctx: Context,
  unbonding: UnbondingDelegation,
  { sinceHeight, portion }: UnbondingSlash,
): { readonly owed: bigint; readonly taken: bigint; readonly unbonding: UnbondingDelegation } {
  let owed = 0n;
  let taken = 0n;
  const entries = unbonding.entries.map((entry) => {
    if (entry.creationHeight < sinceHeight || isMature(entry, ctx.header.timeNs)) return entry;
    const cost = portion(entry.initialBalance);
    const loss = minBig(cost, entry.balance);
    owed += cost;
    taken += loss;
    return { ...entry, balance: entry.balance - loss };
  });
  return { owed, taken, unbonding: { ...unbonding, entries } };
}
