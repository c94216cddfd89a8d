import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { parseJson } from "#core/codec/parseJson.js";
import type { JsonValue } from "#core/codec/json.js";
import type { PlainValues } from "#sdk/inference/ask.js";
import { wrongUse } from "../../errors.js";
import { declareOption } from "./declareOption.js";
import { listFlag, type MessageSource } from "./txTable.js";

/** Flags that name inputs, as {@link readInputs} takes them. */
export const INPUT_OPTIONS: ReadonlyArray<readonly [string, string]> = [
  [
    "--input <file...>",
    "JSON file with an input, or a list of them; several files are one request",
  ],
  ["--input-json <json...>", "the same, written on the command line"],
];

/** Adds {@link INPUT_OPTIONS}. */
export function addInputFlags(command: Command): Command {
  for (const [option, meaning] of INPUT_OPTIONS) declareOption(command, option, meaning);
  return command;
}

/**
 * The inputs of a request in the order of the flags, files first; each an object with a value for
 * each field of the kernel's schema. Fails with `cli/2`, which names the place.
 */
export function readInputs(flags: MessageSource["flags"]): PlainValues[] {
  const inputs = [
    ...listFlag(flags, "input").flatMap((file) => inputsIn(`--input ${file}`, readFile(file))),
    ...listFlag(flags, "inputJson").flatMap((text) => inputsIn("--input-json", text)),
  ];
  if (inputs.length > 0) return inputs;
  throw wrongUse({ problem: "an input is needed: --input FILE or --input-json '{…}'" });
}

function readFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw wrongUse({ problem: `--input ${file}: ${reason}` });
  }
}

function inputsIn(place: string, text: string): PlainValues[] {
  const json = parseJson(text);
  if (json === undefined) throw wrongUse({ problem: `${place}: not JSON` });
  const list = Array.isArray(json) ? json : [json];
  const wrong = list.find((one) => !isObject(one));
  if (wrong === undefined) return list as PlainValues[];
  throw wrongUse({
    problem: `${place}: not an object with a value for each field of the input, but ${typeName(wrong)}`,
  });
}

function isObject(json: JsonValue): boolean {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function typeName(json: JsonValue): string {
  if (json === null) return "null";
  return Array.isArray(json) ? "a list" : `a ${typeof json}`;
}
