import { expect, test } from "vitest";
import { Batch, Request, Result } from "#core/codec/generated/aivm/inference/v1.js";
import { Manifest, Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { courseSteps } from "./courseSteps.js";
import type { Member } from "./members.js";
import type { RequestCourse } from "./readRequest.js";

function courseOf(parts: Partial<RequestCourse>): RequestCourse {
  return {
    request: Request.create({ id: 7n, height: 100n }),
    version: { version: Version.create({}), manifest: Manifest.create({}) },
    batch: undefined,
    result: undefined,
    trace: undefined,
    breakdown: undefined,
    faults: [],
    ...parts,
  };
}

function member(commitHeight: bigint | undefined, revealHeight: bigint | undefined): Member {
  return {
    operator: "nesavaloper1x",
    power: 1n,
    status: "REVEALED",
    verdict: "right",
    commitment: "",
    root: "",
    commitHeight,
    revealHeight,
    fault: undefined,
    paid: undefined,
  };
}

test("the course of a queued request is its own block", () => {
  expect(courseSteps(courseOf({}), [])).toEqual([
    { height: 100n, name: "R", what: "in a block, price in escrow" },
  ]);
});

test("what happens at one height is one step, and steps are in order", () => {
  const course = courseOf({
    batch: Batch.create({ slotHeight: 101n }),
    result: Result.create({ height: 105n }),
  });
  const members = [member(104n, 105n), member(103n, undefined), member(103n, 105n)];
  const steps = courseSteps(course, members);
  expect(steps.map(({ name }) => name)).toEqual(["R", "R+1", "R+3", "R+4", "R+5"]);
  expect(steps.at(-1)?.what).toBe("reveals; result in state");
});
