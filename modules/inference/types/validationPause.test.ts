import { expect, test } from "vitest";
import { validationGrace, validationPause } from "./validationPause.js";

test("graces and pauses of validation jobs double with every job that came to nothing", () => {
  const params = { maxGraceBlocks: 12n };
  expect([0, 1, 2].map((attempts) => validationGrace(attempts, params))).toEqual([0n, 12n, 36n]);
  expect([1, 2].map((attempts) => validationPause(attempts, params))).toEqual([12n, 24n]);
});
