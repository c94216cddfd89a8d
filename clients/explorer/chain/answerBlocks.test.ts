import { expect, test } from "vitest";
import { median } from "./answerBlocks.js";

test("the median is the middle one, the lower of two", () => {
  expect(median([9n, 5n, 6n])).toBe(6n);
  expect(median([7n, 5n])).toBe(5n);
  expect(median([])).toBeUndefined();
});
