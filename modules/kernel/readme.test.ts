import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  Artifact,
  Kernel,
  Params,
  ShadowPolicy,
  ShadowRun,
  Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import type { Event } from "#core/primitives/event.js";
import * as errors from "./types/errors.js";
import * as events from "./types/events.js";
import { PREFIX } from "./types/keys.js";
import * as registryErrors from "./types/registryErrors.js";

const README = readFileSync(join(import.meta.dirname, "README.md"), "utf8");

/** Cells of the rows of a section's tables, without headings and quotes. */
function rowsOf(section: string): string[][] {
  const [, rest = ""] = README.split(`\n## ${section}\n`);
  const [text = ""] = rest.split("\n## ");
  const lines = text.split("\n").filter((line) => /^\| (?:`|\d|0x)/.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test("the README lists every error with its code and phrase", () => {
  const defined = [...Object.entries(errors), ...Object.entries(registryErrors)]
    .filter((entry): entry is [string, ErrorFactory] => typeof entry[1] === "function")
    .map(([name, { spec }]) => [`${spec.code}`, `\`${name}\``, spec.summary]);
  expect(rowsOf("Errors")).toEqual(defined.sort((a, b) => Number(a[0]) - Number(b[0])));
});

test("the README lists every event with its attributes", () => {
  const artifact = Artifact.create();
  const [kernel, version] = [Kernel.create(), Version.create()];
  const emitted: Event[] = [
    events.artifactCreated(artifact),
    events.chunkUploaded(artifact, 0),
    events.artifactCompleted(artifact),
    events.artifactDropped(artifact, "expired"),
    events.versionPublished(kernel, version),
    events.versionActivated(kernel, version),
    events.versionRejected(kernel, version),
    events.validationPostponed(kernel, version),
    events.versionDeprecated(kernel, version),
    events.versionRevoked(kernel, version),
    events.accessSet(kernel, undefined),
    events.priceSet(kernel),
    events.royaltySet(kernel, []),
    events.shadowStarted(kernel, ShadowRun.create()),
    events.shadowEnded(kernel, ShadowRun.create()),
    events.shadowPolicySet(kernel, ShadowPolicy.create()),
    events.kernelTransferred(kernel, ""),
    events.headMoved(kernel),
  ];
  expect(emitted.length).toBe(Object.keys(events).length);
  const listed = rowsOf("Events").map(([type = "", attributes = ""]) => [
    type,
    attributes.replace(/ \(.*\)/, ""),
  ]);
  expect(listed).toEqual(
    emitted.map(({ type, attributes }) => [
      `\`${type}\``,
      attributes.map(({ key }) => `\`${key}\``).join(", "),
    ]),
  );
});

test("the README lists every parameter", () => {
  const names = Params.fields.map(({ protoName }) => `\`${protoName}\``);
  expect(rowsOf("Params").map(([name]) => name)).toEqual(names);
});

test("the README lists every store prefix", () => {
  const prefixes = Object.values(PREFIX).map(
    (prefix) => `0x${prefix.toString(16).padStart(2, "0")}`,
  );
  expect(rowsOf("State").map(([prefix]) => prefix)).toEqual(prefixes);
});
