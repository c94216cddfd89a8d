import { DEC_ONE } from "#core/primitives/dec.js";

/** Tokens of one unit of voting power (SDK DefaultPowerReduction). */
export const POWER_REDUCTION = 1_000_000n;

/** CometBFT's MaxTotalVotingPower, an eighth of the largest int64: it panics beyond. */
export const MAX_TOTAL_POWER = ((1n << 63n) - 1n) / 8n;

/** Most tokens of all validators together, so that {@link MAX_TOTAL_POWER} is never passed. */
export const MAX_STAKED_TOKENS = MAX_TOTAL_POWER * POWER_REDUCTION;

/**
 * Shares of a validator are below 10^60. At an exchange rate of one they are 10^24 at most; only
 * a validator that lost nearly all its tokens again and again could come near.
 */
export const MAX_SHARES = 10n ** 60n * DEC_ONE;

/** Longest unbonding and jail time: with it, times stay within 64 bits of nanoseconds to 2544. */
export const MAX_DURATION_SECONDS = 10n * 365n * 86_400n;

/**
 * Heights back from the current one whose consensus sets can still be read. The chain itself reads
 * two heights back (evidence carries power and address itself); the rest is for clients.
 */
export const CONSENSUS_SET_HISTORY = 100n;

/** Bits of one stored chunk of missed blocks, as in the SDK. */
export const MISSED_BLOCKS_CHUNK = 1_024n;

/** Longest texts of a description, in bytes of UTF-8, as in the SDK. */
export const MAX_DESCRIPTION_BYTES = {
  moniker: 70,
  identity: 3_000,
  website: 140,
  securityContact: 140,
  details: 280,
} as const;

/** Gas of verifying a possession proof, which takes as long as about fifty account signatures. */
export const VRF_VERIFY_GAS = 50_000n;
