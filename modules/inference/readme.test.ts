import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  Batch,
  Fault,
  Params,
  QueryService,
  Request,
  Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import type { Event } from "#core/primitives/event.js";
import { InferenceFixture } from "#test/harness/inferenceFixture.js";
import * as errors from "./types/errors.js";
import * as events from "./types/events.js";
import { PREFIX } from "./types/keys.js";
import { defaultParams } from "./types/params.js";

const README = readFileSync(join(import.meta.dirname, "README.md"), "utf8");

function sectionOf(name: string): string {
  const [, rest = ""] = README.split(`\n## ${name}\n`);
  return rest.split("\n## ")[0] ?? "";
}

/** Cells of the rows of a section's tables, without headings and quotes. */
function rowsOf(section: string): string[][] {
  const lines = sectionOf(section)
    .split("\n")
    .filter((line) => /^\| (?:`|\d|0x)/.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("the README lists every error with its code and phrase", () => {
  const defined = Object.entries(errors).map(([name, { spec }]: [string, ErrorFactory]) => [
    `${spec.code}`,
    `\`${name}\``,
    spec.summary,
  ]);
  expect(rowsOf("Errors")).toEqual(defined.toSorted((a, b) => Number(a[0]) - Number(b[0])));
});

test("the README lists every event with its attributes", () => {
  const [batch, request] = [Batch.create(), Request.create()];
  const none = new Uint8Array(0);
  const emitted: Event[] = [
    events.requested(request, 0n),
    events.shadowQueued(request, { denom: "", amount: "" }),
    events.beaconAdvanced(0n, none),
    events.injectedSkipped(""),
    events.batchDrawn(batch),
    events.seatRedrawn(0n, ""),
    events.committed(0n, ""),
    events.commitmentConflicted(0n, ""),
    events.commitsFrozen(batch),
    events.revealed(0n, "", none),
    events.comparisonBegun(0n),
    events.seatVacated(0n, "", ""),
    events.availabilityChanged(none, true),
    events.faultRecorded(Fault.create()),
    events.resultWritten(Result.create()),
    events.escalated(0n, ""),
    events.answersCombined(0n, "code", true),
    events.batchSettled(batch),
    events.batchClosed(0n),
    events.requestEnded(request),
    events.challenged(0n, ""),
    events.challengeEnded(0n, true),
    events.versionSuspended(none, 0n),
  ];
  expect(emitted.length).toBe(Object.keys(events).length);
  expect(rowsOf("Events").map(([type, attributes]) => [type, attributes])).toEqual(
    emitted.map(({ type, attributes }) => [
      `\`${type}\``,
      attributes.map(({ key }) => `\`${key}\``).join(", "),
    ]),
  );
});

test("the README lists every parameter with its default", () => {
  const defaults = defaultParams("unes");
  const listed = rowsOf("Params").map(([name, , value = ""]) => [name, value.replaceAll(",", "")]);
  const expected = Params.fields.map(({ protoName, name }) => {
    const value = defaults[name as keyof Params];
    const text =
      typeof value === "object" ? `${BigInt(value.amount) / 1_000_000n} NES` : `${value}`;
    return [`\`${protoName}\``, text];
  });
  expect(listed).toEqual(expected);
});

test("the README lists every store prefix", () => {
  const prefixes = Object.values(PREFIX).map(
    (prefix) => `0x${prefix.toString(16).padStart(2, "0")}`,
  );
  expect(rowsOf("State").map(([prefix]) => prefix)).toEqual(prefixes.toSorted());
});

test("the README names every query and every invariant", () => {
  for (const { name } of QueryService.methods) {
    expect(sectionOf("Queries")).toContain(`\`${name}\``);
  }
  const named = [...sectionOf("Invariants").matchAll(/^- `([a-z-]+)`/gm)].map(([, name]) => name);
  const { invariants } = new InferenceFixture().module;
  expect(named).toEqual(invariants.map(({ name }) => name));
});
