import { expect, test } from "vitest";
import { graceLoadingGas, loadingGas } from "./loading.js";

const plain = (modelBytes: bigint) => ({ modelBytes, isAdapted: false });

test("loading takes two hundred gas a byte", () => {
  expect(loadingGas(plain(0n))).toBe(0n);
  expect(loadingGas(plain(100_000_000n))).toBe(20_000_000_000n);
});

test("adding adapters takes what their steps may take, whatever their size", () => {
  expect(loadingGas({ modelBytes: 1_000n, isAdapted: true })).toBe(12_000_200_000n);
});

test("the grace of a batch of requests counts loading up to the gas of a batch", () => {
  const params = { maxBatchGas: 1_000_000n };
  expect(graceLoadingGas(plain(4_999n), params)).toBe(999_800n);
  expect(graceLoadingGas(plain(5_001n), params)).toBe(1_000_000n);
});
