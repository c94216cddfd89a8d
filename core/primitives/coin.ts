import { parseUint } from "./intMath.js";

/** An amount of one denomination; `amount` is canonical decimal digits below 2^256. */
export interface Coin {
  readonly denom: string;
  readonly amount: string;
}

const DENOM = /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/;

/** Whether `denom` is a denomination the Cosmos SDK accepts. */
export function isDenom(denom: string): boolean {
  return DENOM.test(denom);
}

/** A coin of a non-negative amount. */
export function coin(denom: string, amount: bigint): Coin {
  return { denom, amount: amount.toString() };
}

/** Amount of a coin that was validated before; 0 for digits that do not parse. */
export function amountOf(value: Coin): bigint {
  return parseUint(value.amount) ?? 0n;
}

/**
 * Whether coins are a canonical list: valid denominations in strictly ascending byte order and
 * positive amounts. The empty list is canonical.
 */
export function areCanonicalCoins(coins: readonly Coin[]): boolean {
  let previous = "";
  for (const { denom, amount } of coins) {
    const value = parseUint(amount);
    if (!isDenom(denom) || value === undefined || value === 0n || denom <= previous) return false;
    previous = denom;
  }
  return true;
}

/** `5unes,7uatom`, as the SDK's events write coins. */
export function formatCoins(coins: readonly Coin[]): string {
  return coins.map(({ denom, amount }) => `${amount}${denom}`).join(",");
}

/** Parses `5unes`; undefined when it is not one coin. */
export function parseCoin(text: string): Coin | undefined {
  const match = /^([0-9]+)([a-zA-Z][a-zA-Z0-9/:._-]{2,127})$/.exec(text);
  const [, digits = "", denom = ""] = match ?? [];
  const amount = parseUint(digits);
  return amount === undefined ? undefined : coin(denom, amount);
}
