import { assert } from "./assert.js";

/** Quotient rounded towards negative infinity; `divisor` must be positive. */
export function divFloor(dividend: bigint, divisor: bigint): bigint {
  assert(divisor > 0n, "divFloor: the divisor is positive");
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

/** Quotient rounded towards positive infinity; `divisor` must be positive. */
export function divCeil(dividend: bigint, divisor: bigint): bigint {
  return -divFloor(-dividend, divisor);
}

/** The smaller of two integers. */
export function minBig(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The larger of two integers. */
export function maxBig(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** `amount * bps / 10,000`, rounded down; both non-negative. */
export function shareOf(amount: bigint, bps: bigint): bigint {
  return divFloor(amount * bps, 10_000n);
}

/** Whether `part` is strictly more than `numerator / denominator` of `whole`. */
export function exceedsFraction(
  part: bigint,
  whole: bigint,
  fraction: { readonly numerator: bigint; readonly denominator: bigint },
): boolean {
  return part * fraction.denominator > whole * fraction.numerator;
}

/** Decimal digits of a canonical non-negative integer below 2^256; undefined for anything else. */
export function parseUint(text: string): bigint | undefined {
  if (text.length > 78 || !/^(?:0|[1-9][0-9]*)$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < 1n << 256n ? value : undefined;
}
