import { DEC_ONE } from "#core/primitives/dec.js";
import { divFloor } from "#core/primitives/intMath.js";

/**
 * Scale of `per_share`, which counts 10^-36 unes for one whole share (10^18 units of a LegacyDec).
 * One allocation loses less than one such unit for each share: for a delegation of S shares,
 * n allocations lose less than n · S · 10^-36 unes.
 */
export const PER_SHARE_SCALE = 10n ** 36n;

/** Scale of exact rewards: `per_share` times shares in units of 10^-18. */
export const OWED_SCALE = PER_SHARE_SCALE * DEC_ONE;

/** What a validator's delegators have earned. */
export interface Accrual {
  /** Rewards of one share since genesis, times {@link PER_SHARE_SCALE}. */
  readonly perShare: bigint;
  /** Earned and not yet paid out, in unes. */
  readonly outstanding: bigint;
}

/** A validator whose delegators have earned nothing yet. */
export const NOTHING_ACCRUED: Accrual = { perShare: 0n, outstanding: 0n };

/**
 * Divides a reward in unes equally among a validator's shares (times 10^18, positive). Rounded
 * down per share, so that all delegations together never own more than `outstanding`.
 */
export function accrue(accrual: Accrual, reward: bigint, shares: bigint): Accrual {
  return {
    perShare: accrual.perShare + divFloor(reward * OWED_SCALE, shares),
    outstanding: accrual.outstanding + reward,
  };
}

/** Rewards of `shares` (times 10^18) since `start`, in unes times {@link OWED_SCALE}; exact. */
export function computeOwed(shares: bigint, start: bigint, perShare: bigint): bigint {
  return (perShare - start) * shares;
}

/** Whole unes of what is owed, rounded down. */
export function owedWhole(owed: bigint): bigint {
  return divFloor(owed, OWED_SCALE);
}

/** What is owed as a decimal of 18 digits (LegacyDec), rounded down. */
export function owedDec(owed: bigint): bigint {
  return divFloor(owed, PER_SHARE_SCALE);
}
