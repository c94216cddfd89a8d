import { expect, test } from "vitest";
import { GasEstimates } from "./gasEstimates.js";

const VERSION = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);

test("a version that has not run is expected to take its limit", () => {
  const estimates = new GasEstimates();
  estimates.observe(OTHER, 7n);
  expect(estimates.expect(VERSION, 4_000n)).toBe(4_000n);
});

test("what is expected follows what executions took, slowly", () => {
  const estimates = new GasEstimates();
  estimates.observe(VERSION, 1_600n);
  expect(estimates.expect(VERSION, 4_000n)).toBe(1_600n);
  estimates.observe(VERSION, 3_200n);
  expect(estimates.expect(VERSION, 4_000n)).toBe(1_700n);
  for (let n = 0; n < 200; n++) estimates.observe(VERSION, 3_200n);
  expect(estimates.expect(VERSION, 4_000n)).toBeGreaterThan(3_150n);
});

test("what is expected is never over the limit nor under a quarter of it", () => {
  const estimates = new GasEstimates();
  estimates.observe(VERSION, 10n);
  expect(estimates.expect(VERSION, 4_000n)).toBe(1_000n);
  estimates.observe(OTHER, 9_000n);
  expect(estimates.expect(OTHER, 4_000n)).toBe(4_000n);
});
