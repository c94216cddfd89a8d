import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { drawDigit, drawProbabilities, pickDigit } from "./digit.js";

test("a digit is drawn darker where there is more ink", () => {
  const image = Array.from({ length: 64 }, (_, pixel) =>
    pixel < 8 ? pixel * 2 : pixel % 9 === 0 ? 16 : 0,
  );
  const lines = drawDigit({ name: "", image, truth: 0 }).split("\n");
  expect(lines).toHaveLength(10);
  expect(lines[1]).toBe("│  ░░░░▒▒▒▒▓▓▓▓██│");
  expect(lines[2]).toBe("│  ██            │");
});

test("probabilities are bars as long as they are large", () => {
  expect(drawProbabilities([0, 0.25, 0.75])).toEqual([
    "0    0.00 %",
    `1   25.00 %  ${"█".repeat(10)}`,
    `2   75.00 %  ${"█".repeat(30)}`,
  ]);
});

test("a picked digit is one of the kernel's samples with what it was meant to be", () => {
  const digit = pickDigit(join(packageRoot(), "kernels/digits"));
  expect(digit.name).toBe(`samples/digit-${digit.truth}.json`);
  expect(digit.image).toHaveLength(64);
});
