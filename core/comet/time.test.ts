import { expect, test } from "vitest";
import { findTimeNs } from "./time.js";

test.each([
  [0n, 0, 0n],
  [1n, 5, 1_000_000_005n],
  [-1n, 999_999_999, -1n],
  [-62_135_596_800n, 0, -62_135_596_800_000_000_000n],
  [253_402_300_799n, 999_999_999, 253_402_300_799_999_999_999n],
])("%s seconds and %d nanoseconds are a time", (seconds, nanos, expected) => {
  expect(findTimeNs({ seconds, nanos })).toBe(expected);
});

test.each([
  [-62_135_596_801n, 999_999_999],
  [253_402_300_800n, 0],
  [0n, -1],
  [0n, 1_000_000_000],
])("%s seconds and %d nanoseconds are none", (seconds, nanos) => {
  expect(findTimeNs({ seconds, nanos })).toBeUndefined();
});
