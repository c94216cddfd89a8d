import { expect, test } from "vitest";
import { coin } from "#core/primitives/coin.js";
import { caught } from "#test/harness/caught.js";
import { defaultParams, validateParams } from "./params.js";
import { invalidParams } from "./registryErrors.js";

const DEFAULTS = defaultParams("unes");

test("the defaults are valid", () => {
  expect(
    caught(() => {
      validateParams(DEFAULTS);
    }),
  ).toBeUndefined();
});

test.each([
  { maxArtifactBytes: 0n },
  { maxArtifactBytes: 1n << 41n, chunkBytes: 1_048_576n },
  { chunkBytes: 1_023n },
  { chunkBytes: 1_048_577n },
  { chunkBytes: 12_799n },
  { maxVersionBytes: 0n },
  { depositPerByte: "-1" },
  { depositPerByte: "" },
  { validationFee: coin("!", 1n) },
  { validationFee: { denom: "unes", amount: "01" } },
  { uploadExpiryBlocks: 0n },
  { maxGas: 0n },
  { maxMemoryBytes: 16_777_215n },
  { maxOutputBytes: 0n },
  { maxCommittee: 0 },
  { maxTestVectors: 0 },
  { maxInputBytes: 0n },
  { engines: ["quickjs/1.0"] },
  { engines: [`quickjs/1.0/${"A".repeat(64)}`] },
  { codeAggregationKernels: ["b", "a"] },
  { codeAggregationKernels: ["a", "a"] },
])("%o is refused", (change) => {
  expect(
    invalidParams.is(
      caught(() => {
        validateParams({ ...DEFAULTS, ...change });
      }),
    ),
  ).toBe(true);
});

test("a free deposit and a free validation are possible", () => {
  const free = { ...DEFAULTS, depositPerByte: "0", validationFee: coin("unes", 0n) };
  expect(
    caught(() => {
      validateParams(free);
    }),
  ).toBeUndefined();
});
