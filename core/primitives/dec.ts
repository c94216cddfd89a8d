import { assert } from "./assert.js";

/**
 * Fixed-point decimals with 18 fractional digits, as the SDK's LegacyDec: a `bigint` that holds
 * the value times 10^18. On the wire a Dec is the digits of that integer. Operations that round
 * down do so towards zero, as LegacyDec's do.
 */
export const DEC_ONE = 10n ** 18n;

/** Product of two decimals, ties to even (LegacyDec.Mul). */
export function decMul(a: bigint, b: bigint): bigint {
  return roundHalfEven(a * b, DEC_ONE);
}

/** Product of two decimals, rounded towards zero (LegacyDec.MulTruncate). */
export function decMulTruncate(a: bigint, b: bigint): bigint {
  return (a * b) / DEC_ONE;
}

/** Quotient of two decimals, ties to even (LegacyDec.Quo); `b` must not be zero. */
export function decQuo(a: bigint, b: bigint): bigint {
  assert(b !== 0n, "decQuo: the divisor is not zero");
  // LegacyDec cuts to 18 extra digits before it rounds; so do we, for equal last digits.
  return roundHalfEven((a * DEC_ONE * DEC_ONE) / b, DEC_ONE);
}

/** Quotient of two decimals, rounded towards zero (LegacyDec.QuoTruncate); `b` must not be zero. */
export function decQuoTruncate(a: bigint, b: bigint): bigint {
  assert(b !== 0n, "decQuoTruncate: the divisor is not zero");
  return (a * DEC_ONE) / b;
}

/** Integer part of a decimal (LegacyDec.TruncateInt). */
export function decTruncate(value: bigint): bigint {
  return value / DEC_ONE;
}

/** Nearest integer of a decimal, ties to even (LegacyDec.RoundInt). */
export function decRound(value: bigint): bigint {
  return roundHalfEven(value, DEC_ONE);
}

function roundHalfEven(value: bigint, unit: bigint): bigint {
  const negative = value < 0n;
  const size = negative ? -value : value;
  const quotient = size / unit;
  const twice = (size - quotient * unit) * 2n;
  const up = twice > unit || (twice === unit && quotient % 2n === 1n);
  const rounded = up ? quotient + 1n : quotient;
  return negative ? -rounded : rounded;
}

/** `1.500000000000000000`: always 18 digits after the point, as the SDK writes decimals. */
export function formatDec(value: bigint): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(19, "0");
  const split = digits.length - 18;
  return `${negative ? "-" : ""}${digits.slice(0, split)}.${digits.slice(split)}`;
}

/** Parses up to 18 fractional digits; undefined when `text` is not a decimal number. */
export function parseDec(text: string): bigint | undefined {
  const match = /^(-?)([0-9]{1,60})(?:\.([0-9]{1,18}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const value = BigInt(whole) * DEC_ONE + BigInt(fraction.padEnd(18, "0"));
  return sign === "-" ? -value : value;
}
