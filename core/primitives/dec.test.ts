import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import { InvariantError } from "./assert.js";
import {
  DEC_ONE,
  decMul,
  decMulTruncate,
  decQuo,
  decQuoTruncate,
  decRound,
  decTruncate,
  formatDec,
  parseDec,
} from "./dec.js";

const SEED = { seed: 20261121, numRuns: 500 };
const dec = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
const smallDec = fc.bigInt({ min: -50n, max: 50n });
const nonZero = fc.oneof(dec, smallDec).filter((value) => value !== 0n);
const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

describe("arithmetic equals LegacyDec", () => {
  test.each(SDK_VECTORS.decs)("$a and $b", (vector) => {
    const [a, b] = [BigInt(vector.a), BigInt(vector.b)];
    expect(decMul(a, b).toString()).toBe(vector.mul);
    expect(decMulTruncate(a, b).toString()).toBe(vector.mulTruncate);
    expect(decRound(a).toString()).toBe(vector.roundInt);
    expect(decTruncate(a).toString()).toBe(vector.truncateInt);
    if (vector.quo === undefined) return;
    expect(decQuo(a, b).toString()).toBe(vector.quo);
    expect(decQuoTruncate(a, b).toString()).toBe(vector.quoTruncate);
  });

  test("division by zero halts", () => {
    expect(() => decQuo(DEC_ONE, 0n)).toThrow(InvariantError);
    expect(() => decQuoTruncate(DEC_ONE, 0n)).toThrow(InvariantError);
  });
});

describe("properties", () => {
  test("products are off by half a unit at most, and truncated ones never in size", () => {
    fc.assert(
      fc.property(dec, dec, (a, b) => {
        expect(sizeOf(decMul(a, b) * DEC_ONE - a * b) * 2n).toBeLessThanOrEqual(DEC_ONE);
        const error = sizeOf(a * b) - sizeOf(decMulTruncate(a, b)) * DEC_ONE;
        expect(error >= 0n && error < DEC_ONE).toBe(true);
      }),
      SEED,
    );
  });

  test("a product is odd in the sign of each factor and does not depend on their order", () => {
    fc.assert(
      fc.property(dec, dec, (a, b) => {
        expect(decMul(a, b)).toBe(decMul(b, a));
        expect(decMul(-a, b)).toBe(-decMul(a, b));
        expect(decMulTruncate(-a, b)).toBe(-decMulTruncate(a, b));
      }),
      SEED,
    );
  });

  test("one is neutral and a value divided by itself is one", () => {
    fc.assert(
      fc.property(nonZero, (a) => {
        expect(decMul(a, DEC_ONE)).toBe(a);
        expect(decQuo(a, DEC_ONE)).toBe(a);
        expect(decQuo(a, a)).toBe(DEC_ONE);
        expect(decQuoTruncate(a, a)).toBe(DEC_ONE);
      }),
      SEED,
    );
  });

  test("a truncated quotient times the divisor never exceeds the dividend in size", () => {
    fc.assert(
      fc.property(dec, nonZero, (a, b) => {
        const quotient = sizeOf(decQuoTruncate(a, b));
        expect(quotient * sizeOf(b)).toBeLessThanOrEqual(sizeOf(a) * DEC_ONE);
        expect((quotient + 1n) * sizeOf(b)).toBeGreaterThan(sizeOf(a) * DEC_ONE);
        expect(sizeOf(sizeOf(decQuo(a, b)) - quotient)).toBeLessThanOrEqual(1n);
      }),
      SEED,
    );
  });

  test("rounding a half goes to the even neighbour", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -1000n, max: 1000n }), (whole) => {
        const rounded = decRound(whole * DEC_ONE + DEC_ONE / 2n);
        expect(rounded % 2n).toBe(0n);
        expect([whole, whole + 1n]).toContain(rounded);
      }),
      SEED,
    );
  });

  test("text comes back", () => {
    fc.assert(
      fc.property(dec, (value) => {
        expect(parseDec(formatDec(value))).toBe(value);
      }),
      SEED,
    );
  });
});

describe("text equals LegacyDec", () => {
  test.each(SDK_VECTORS.decTexts)("$digits is written $text", ({ digits, text }) => {
    expect(formatDec(BigInt(digits))).toBe(text);
  });

  test.each(SDK_VECTORS.decParses)("$text is read", ({ text, digits }) => {
    // The SDK reads a double minus as plus; we do not.
    const expected = text === "--1" ? undefined : digits;
    expect(parseDec(text)?.toString()).toBe(expected);
  });
});
