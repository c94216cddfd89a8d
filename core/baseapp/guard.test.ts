import { expect, test } from "vitest";
import { guarded } from "./guard.js";

test("guarded work gives its result and tells nobody", () => {
  const faults: unknown[] = [];
  expect(
    guarded(
      () => 1,
      2,
      (fault) => faults.push(fault),
    ),
  ).toBe(1);
  expect(faults).toEqual([]);
});

test.each([new RangeError("deep"), new Error("disk full")])(
  "guarded work that throws %s gives the fallback and tells of it",
  (thrown) => {
    const faults: unknown[] = [];
    const work = (): number => {
      throw thrown;
    };
    expect(guarded(work, 2, (fault) => faults.push(fault))).toBe(2);
    expect(faults).toEqual([thrown]);
  },
);
