import { describe, expect, test } from "vitest";
import { Assurance } from "#core/codec/generated/aivm/inference/v1.js";
import { testManifest } from "#test/harness/testKernel.js";
import { defaultParams } from "./params.js";
import { computeFees, escrowOf, priceOf } from "./quote.js";

const PARAMS = { ...defaultParams("unes"), flatFee: "200", feePerByte: "3", computePrice: "50" };
const MANIFEST = testManifest({
  name: "k",
  gas: 1_000_001n,
  committee: { target: 3, minimum: 1, maximum: 9 },
});
const ASKED = {
  inputCount: 2,
  gas: 2_000_002n,
  inputBytes: 70n,
  authorPrice: 2_000n,
  assurance: Assurance.COMMITTEE,
  priorityFee: 11n,
};

describe("the fees of a request", () => {
  test("are admission by bytes, compute by gas and seats rounded up, the author's by inputs", () => {
    expect(computeFees(PARAMS, MANIFEST, ASKED)).toEqual({
      admission: "410", // 200 + 3·70
      compute: "301", // ceil(1,000,001 · 2 · 3 · 50 / 10^6) = ceil(300.0003)
      author: "4000",
      priority: "11",
    });
  });

  test("are those of the largest committee for FULL, however many providers there are", () => {
    const fees = computeFees(PARAMS, MANIFEST, { ...ASKED, assurance: Assurance.FULL });
    expect(fees.compute).toBe("901"); // ceil(1,000,001 · 2 · 9 · 50 / 10^6)
  });

  test("are zero where prices are", () => {
    const free = { ...PARAMS, flatFee: "0", feePerByte: "0", computePrice: "0" };
    const fees = computeFees(free, MANIFEST, { ...ASKED, authorPrice: 0n, priorityFee: 0n });
    expect(escrowOf(fees)).toBe(0n);
  });

  test("add up to the price without, to the escrow with the priority fee", () => {
    const fees = computeFees(PARAMS, MANIFEST, ASKED);
    expect(priceOf(fees)).toBe(410n + 301n + 4_000n);
    expect(escrowOf(fees)).toBe(410n + 301n + 4_000n + 11n);
  });

  test("are exact far beyond 2^53", () => {
    const dear = { ...PARAMS, computePrice: (2n ** 64n - 1n).toString() };
    const fees = computeFees(dear, MANIFEST, { ...ASKED, gas: 2n * 10n ** 15n });
    expect(fees.compute).toBe(((10n ** 15n * 2n * 3n * (2n ** 64n - 1n)) / 10n ** 6n).toString());
  });
});
