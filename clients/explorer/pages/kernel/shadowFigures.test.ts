import { expect, test } from "vitest";
import { meanText, shareText } from "./shadowFigures.js";

test("means are rounded down, and there is none of nothing", () => {
  expect(meanText(10_001n, 4)).toBe("2,500");
  expect(meanText(0n, 0)).toBe("–");
});

test("shares have one decimal at most, and there is none of nothing", () => {
  expect(shareText(2, 3)).toBe("66.7 %");
  expect(shareText(10_000, 10_000)).toBe("100 %");
  expect(shareText(0, 0)).toBe("–");
});
