import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantError } from "./assert.js";
import {
  divCeil,
  divFloor,
  exceedsFraction,
  maxBig,
  minBig,
  parseUint,
  shareOf,
} from "./intMath.js";

const SEED = { seed: 20261121, numRuns: 500 };
const anyInt = fc.oneof(fc.bigInt(), fc.bigInt({ min: -20n, max: 20n }));
const positive = fc.oneof(fc.bigInt({ min: 1n }), fc.bigInt({ min: 1n, max: 7n }));

describe("division", () => {
  test("floor is the greatest quotient that does not exceed, ceil the least that does not fall short", () => {
    fc.assert(
      fc.property(anyInt, positive, (dividend, divisor) => {
        const floor = divFloor(dividend, divisor);
        expect(floor * divisor <= dividend && dividend < (floor + 1n) * divisor).toBe(true);
        const ceil = divCeil(dividend, divisor);
        expect(ceil * divisor >= dividend && dividend > (ceil - 1n) * divisor).toBe(true);
      }),
      SEED,
    );
  });

  test.each([
    [7n, 2n, 3n, 4n],
    [-7n, 2n, -4n, -3n],
    [-8n, 2n, -4n, -4n],
    [0n, 5n, 0n, 0n],
  ])("%s by %s is %s or %s", (dividend, divisor, floor, ceil) => {
    expect(divFloor(dividend, divisor)).toBe(floor);
    expect(divCeil(dividend, divisor)).toBe(ceil);
  });

  test.each([0n, -1n])("a divisor of %s halts", (divisor) => {
    expect(() => divFloor(1n, divisor)).toThrow(InvariantError);
    expect(() => divCeil(1n, divisor)).toThrow(InvariantError);
  });
});

describe("order", () => {
  test("min and max are the two of them", () => {
    fc.assert(
      fc.property(anyInt, anyInt, (a, b) => {
        const [low, high] = [minBig(a, b), maxBig(a, b)];
        expect(low <= high && low + high === a + b && (low === a || low === b)).toBe(true);
      }),
      SEED,
    );
  });
});

describe("fractions", () => {
  test("the share is rounded down and never exceeds the amount", () => {
    expect(shareOf(999n, 5_000n)).toBe(499n);
    expect(shareOf(1n, 9_999n)).toBe(0n);
    expect(shareOf(7n, 10_000n)).toBe(7n);
  });

  test("exactly the fraction does not exceed it", () => {
    const twoThirds = { numerator: 2n, denominator: 3n };
    expect(exceedsFraction(66n, 99n, twoThirds)).toBe(false);
    expect(exceedsFraction(67n, 99n, twoThirds)).toBe(true);
    expect(exceedsFraction(66n, 100n, twoThirds)).toBe(false);
    expect(exceedsFraction(67n, 100n, twoThirds)).toBe(true);
    expect(exceedsFraction(0n, 0n, twoThirds)).toBe(false);
  });
});

describe("parseUint", () => {
  test("canonical digits come back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 256n) - 1n }), (value) => {
        expect(parseUint(value.toString())).toBe(value);
      }),
      SEED,
    );
  });

  test.each(["", "00", "01", "-1", "-0", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "1n", "١", "1\n"])(
    "%j is not an unsigned integer",
    (text) => {
      expect(parseUint(text)).toBeUndefined();
    },
  );

  test("2^256 and longer texts are too large", () => {
    expect(parseUint((1n << 256n).toString())).toBeUndefined();
    expect(parseUint("9".repeat(100_000))).toBeUndefined();
  });
});
