import { describe, expect, test } from "vitest";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import { amountOf, areCanonicalCoins, coin, formatCoins, isDenom, parseCoin } from "./coin.js";

/** What the SDK reads with leave that we do not give: spaces, and fractions that it cuts off. */
const LENIENT = ["5 unes", "5unes ", "1.5unes"];

describe("denominations", () => {
  test.each(Object.entries(SDK_VECTORS.denoms))("of the SDK: %j is one: %j", (denom, valid) => {
    expect(isDenom(denom)).toBe(valid);
  });
});

describe("lists of coins", () => {
  test.each(SDK_VECTORS.coins)("as the SDK has them: $text", ({ coins, text, valid }) => {
    expect(formatCoins(coins)).toBe(text);
    expect(areCanonicalCoins(coins)).toBe(valid);
  });

  test("an amount with a leading zero, a sign or over 256 bits is not canonical", () => {
    for (const amount of ["01", "+1", "-1", "", "1e3", (1n << 256n).toString()]) {
      expect(areCanonicalCoins([{ denom: "unes", amount }]), amount).toBe(false);
    }
  });
});

describe("one coin", () => {
  test.each(SDK_VECTORS.coinParses)("$text parses as in the SDK", ({ text, coin: expected }) => {
    expect(parseCoin(text)).toEqual(LENIENT.includes(text) ? undefined : expected);
  });

  test("coin and amountOf are inverse", () => {
    expect(coin("unes", 12n)).toEqual({ denom: "unes", amount: "12" });
    expect(amountOf(coin("unes", 12n))).toBe(12n);
    expect(amountOf({ denom: "unes", amount: "x" })).toBe(0n);
  });
});
