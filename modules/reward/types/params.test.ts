import { expect, test } from "vitest";
import { invalidParams } from "./errors.js";
import { defaultParams, validateParams } from "./params.js";
import { caught } from "#test/harness/caught.js";

test("the defaults are accepted", () => {
  expect(() => {
    validateParams(defaultParams());
  }).not.toThrow();
});

test.each([
  ["shares over the whole", { memberShareBps: 8_001 }],
  ["shares under the whole", { ownerShareBps: 0 }],
  ["a pool share over the whole", { communityPoolBps: 10_001 }],
])("%s are refused", (_name, change) => {
  const error = caught(() => {
    validateParams({ ...defaultParams(), ...change });
  });
  expect(invalidParams.is(error)).toBe(true);
});
