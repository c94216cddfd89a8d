import { expect, test } from "vitest";
import { Batch, Request, Result, Seat } from "#core/codec/generated/aivm/inference/v1.js";
import { Manifest, Version } from "#core/codec/generated/aivm/kernel/v1.js";
import type { CourseEvent } from "./courseEvents.js";
import { courseSteps } from "./courseSteps.js";
import type { RequestCourse } from "./readRequest.js";

function courseOf(parts: Partial<RequestCourse>): RequestCourse {
  return {
    request: Request.create({ id: 7n, height: 100n }),
    version: { version: Version.create({}), manifest: Manifest.create({}) },
    rounds: [],
    result: undefined,
    events: { found: [], isComplete: true },
    breakdown: undefined,
    faults: [],
    ...parts,
  };
}

function event(
  height: bigint,
  type: string,
  attributes: Readonly<Record<string, string>> = {},
): CourseEvent {
  return { height, type, attributes };
}

function stepsOf(parts: Partial<RequestCourse>): Array<readonly [string, string]> {
  const nameOf = (operator: string): string => `node ${operator}`;
  return courseSteps(courseOf(parts), nameOf).map(({ name, what }) => [name, what]);
}

test("the course of a queued request is its own block", () => {
  expect(stepsOf({})).toEqual([["R", "in a block, price in escrow"]]);
});

test("what happens at one height is one step, what many do is said once, steps are in order", () => {
  const found = [
    event(101n, "batch_drawn", { kind: "COMMITTEE", operators: "a,b,c" }),
    event(103n, "committed", { operator: "a" }),
    event(103n, "committed", { operator: "b" }),
    event(104n, "committed", { operator: "c" }),
    event(104n, "commits_frozen"),
    event(105n, "revealed"),
    event(105n, "result_written", { provisional: "true" }),
    event(105n, "result_written", { provisional: "false" }),
  ];
  expect(stepsOf({ events: { found, isComplete: true } })).toEqual([
    ["R", "in a block, price in escrow"],
    ["R+1", "committee of 3 drawn, members run it"],
    ["R+3", "2 commitments"],
    ["R+4", "a commitment; commit set frozen"],
    ["R+5", "a reveal; result in state"],
  ]);
});

test("a fault, a redraw, a challenge and its escalation are told with who and why", () => {
  const found = [
    event(101n, "batch_drawn", { kind: "COMMITTEE", operators: "a" }),
    event(103n, "seat_vacated", { operator: "a", reason: "declined" }),
    event(104n, "seat_redrawn", { operator: "b" }),
    event(107n, "escalated", { reason: "challenged" }),
    event(107n, "challenged", { challenger: "nesa1abcdefghijklmnop" }),
    event(108n, "batch_drawn", { kind: "ESCALATION", operators: "a,b" }),
    event(112n, "challenge_ended", { won: "false" }),
    event(112n, "batch_settled", { closes_height: "0" }),
    event(113n, "fault_recorded", { operator: "a", kind: "WRONG", penalty: "1500000unes" }),
    event(113n, "batch_closed"),
    event(113n, "batch_closed"),
  ];
  expect(stepsOf({ events: { found, isComplete: true } }).slice(1)).toEqual([
    ["R+1", "committee of 1 drawn, it runs it"],
    ["R+3", "node a is out without fault: declined"],
    ["R+4", "node b drawn in the place of another"],
    ["R+7", "challenged by nesa1abcde…mnop; goes to all providers: challenged"],
    ["R+8", "drawn again: all 2 providers run it"],
    ["R+12", "challenge lost: the result stands; decided"],
    ["R+13", "node a at fault: wrong, loses 1.5 NES; pay and penalties released"],
  ]);
});

test("where events are gone, draw and result are known all the same", () => {
  const batch = Batch.create({ slotHeight: 101n, seats: [Seat.create({ operatorAddress: "a" })] });
  const result = Result.create({ height: 105n });
  const events = { found: [], isComplete: false };
  expect(stepsOf({ rounds: [{ batch, trace: undefined }], result, events })).toEqual([
    ["R", "in a block, price in escrow"],
    ["R+1", "committee of 1 drawn, it runs it"],
    ["R+5", "result in state"],
  ]);
});
