import { describe, expect, test } from "vitest";
import { isSdkError } from "../errors.js";
import { feeOf, parseGasPrice } from "./gasPrice.js";

describe("gas prices", () => {
  test.each([
    ["0.025unes", 100_000n, "2500"],
    ["0.025unes", 1n, "1"],
    ["1unes", 7n, "7"],
    ["0.000000000000000001unes", 1n, "1"],
    ["12.5factory/nesa1x/abc", 3n, "38"],
  ])("%s for %s gas is a fee of %s, rounded up", (text, gas, amount) => {
    expect(feeOf(parseGasPrice(text), gas)).toMatchObject([{ amount }]);
  });

  test("a price of zero asks for no coins", () => {
    expect(feeOf(parseGasPrice("0unes"), 1_000_000n)).toEqual([]);
  });

  test.each(["", "unes", "0.025", "0.025 unes", "-1unes", ".5unes", "1.unes", "1.2.3unes", "1x"])(
    "%j is none",
    (text) => {
      let caught: unknown;
      try {
        parseGasPrice(text);
      } catch (error) {
        caught = error;
      }
      expect(isSdkError(caught, "INVALID_ARGUMENT")).toBe(true);
    },
  );
});
