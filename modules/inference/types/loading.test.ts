import { expect, test } from "vitest";
import { graceLoadingGas, loadingGas } from "./loading.js";

test("loading takes two hundred gas a byte", () => {
  expect(loadingGas(0n)).toBe(0n);
  expect(loadingGas(100_000_000n)).toBe(20_000_000_000n);
});

test("the grace of a batch of requests counts loading up to the gas of a batch", () => {
  const params = { maxBatchGas: 1_000_000n };
  expect(graceLoadingGas(4_999n, params)).toBe(999_800n);
  expect(graceLoadingGas(5_001n, params)).toBe(1_000_000n);
});
