import type { Instant } from "#core/codec/civilTime.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import { parseUint } from "#core/primitives/intMath.js";
import { parseDecDigits } from "./decText.js";
import { invalidGenesis } from "./errors.js";
import { MAX_SHARES, MAX_STAKED_TOKENS } from "./limits.js";

/** Latest second whose nanoseconds fit the 64 bits of a queue's key. */
const LAST_QUEUE_SECOND = ((1n << 63n) - 1n) / NS_PER_SECOND;

/** Tokens of a genesis field, below the bound of all stake; `at` names the path. */
export function requireTokens(text: string, at: string): bigint {
  const value = parseUint(text);
  if (value === undefined || value > MAX_STAKED_TOKENS) {
    throw invalidGenesis({ at, problem: "not an amount of tokens" });
  }
  return value;
}

/** Shares of a genesis field: a decimal that is not negative. */
export function requireShares(digits: string, at: string): bigint {
  const value = parseDecDigits(digits);
  if (value === undefined || value < 0n || value >= MAX_SHARES) {
    throw invalidGenesis({ at, problem: "not an amount of shares" });
  }
  return value;
}

/** Refuses times before 1970 or too late for a queue. */
export function requireTime({ seconds, nanos }: Instant, at: string): void {
  if (seconds < 0n || seconds >= LAST_QUEUE_SECOND || nanos < 0) {
    throw invalidGenesis({ at, problem: "time out of range" });
  }
}

/** Adds a key to those seen; refuses one that occurs twice. */
export function requireUnique(seen: Set<string>, key: string, at: string): void {
  if (seen.has(key)) throw invalidGenesis({ at, problem: "occurs twice" });
  seen.add(key);
}
