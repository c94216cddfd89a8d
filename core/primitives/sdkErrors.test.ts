import { describe, expect, test } from "vitest";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import * as sdkErrors from "./sdkErrors.js";

const FACTORIES = Object.entries(sdkErrors).flatMap(([name, value]) =>
  typeof value === "function" ? [{ name, factory: value }] : [],
);

describe("errors of the SDK's root codespace", () => {
  test.each(FACTORIES)("$name has the code and the summary of the SDK", ({ factory }) => {
    const { codespace, code, summary } = factory.spec;
    expect(SDK_VECTORS.errors).toContainEqual({ codespace, code, summary });
  });

  test("no two have one code", () => {
    const codes = FACTORIES.map(({ factory }) => factory.spec.code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).not.toContain(sdkErrors.INTERNAL_CODE);
  });
});

describe("sentences", () => {
  const { invalidAddress, wrongSequence, insufficientFunds, insufficientFee, outOfGas } = sdkErrors;

  test.each([
    [invalidAddress(), "invalid address"],
    [invalidAddress({ problem: "it is empty" }), "it is empty: invalid address"],
    [invalidAddress({ address: "x" }), "address x: invalid address"],
    [
      invalidAddress({ problem: "it is short", address: "x" }),
      "it is short (address x): invalid address",
    ],
    [
      wrongSequence({ expected: 5n, got: 4n }),
      "account sequence mismatch, expected 5, got 4: incorrect account sequence",
    ],
    [
      insufficientFunds({ available: "1unes", required: "2unes" }),
      "spendable balance 1unes is smaller than 2unes: insufficient funds",
    ],
    [
      insufficientFee({ got: "1unes", required: "2unes" }),
      "insufficient fees; got: 1unes required: 2unes: insufficient fee",
    ],
    [
      outOfGas({ location: "txSize", gasWanted: 1n, gasUsed: 2n }),
      "out of gas in location: txSize; gasWanted: 1, gasUsed: 2: out of gas",
    ],
  ])("are those that clients parse: %s", (error, sentence) => {
    expect(error.message).toBe(sentence);
  });
});
