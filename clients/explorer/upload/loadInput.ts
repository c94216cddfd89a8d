import type { PlainValues } from "#sdk/index.js";
import type { Entries, Entry } from "../schema/entries.js";
import type { InputControl } from "../schema/inputForm.js";
import { type ChosenFile, FileProblem, readText } from "./readFile.js";

/** A request takes a quarter of a megabyte, and JSON writes a byte in a few characters. */
export const JSON_BYTES_MAX = 4_194_304;

/**
 * What a JSON file with a whole input gives to the fields of a form. Fails with a `FileProblem` for
 * what is not an object of the schema's fields.
 */
export async function loadInput(
  controls: readonly InputControl[],
  file: ChosenFile,
): Promise<Entries> {
  const input = toObject(file, await readText(file, JSON_BYTES_MAX));
  const names = controls.map(({ name }) => name);
  const stranger = Object.keys(input).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    const known = names.join(", ");
    throw new FileProblem(file, `the kernel has no input ${stranger}; its inputs are ${known}`);
  }
  const missing = names.filter((name) => !Object.hasOwn(input, name));
  if (missing.length > 0) throw new FileProblem(file, `${missing.join(", ")} is missing in it`);
  return Object.fromEntries(names.map((name) => [name, entryOf(file, input[name])]));
}

function toObject(file: ChosenFile, text: string): Readonly<Record<string, unknown>> {
  const json = parse(file, text);
  if (Array.isArray(json)) {
    throw new FileProblem(file, "it holds a list; this form takes one input, an object");
  }
  if (typeof json !== "object" || json === null) {
    throw new FileProblem(file, "it holds no object with a value for each input");
  }
  return json as Readonly<Record<string, unknown>>;
}

/** JSON of a file; fails with a `FileProblem` that says where it is broken. */
export function parse(file: ChosenFile, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new FileProblem(file, `it is not JSON: ${said}`, error);
  }
}

/** Short texts and numbers can go on being edited. */
function entryOf({ name: from }: ChosenFile, value: unknown): Entry {
  if (typeof value === "string") return { kind: "typed", text: value };
  const plain = value as PlainValues[string];
  return { kind: "loaded", from, what: countOf(plain), value: plain };
}

/** How many numbers there are in a value, for people. */
export function countOf(value: unknown): string {
  const count = elementCount(value);
  return count === 1 ? "1 number" : `${count} numbers`;
}

/** Files hold whatever JSON can, null included; whether it fits is told by the schema. */
function elementCount(value: unknown): number {
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, one) => sum + elementCount(one), 0);
  }
  if (typeof value === "object" && value !== null && "data" in value) {
    return elementCount(value.data);
  }
  return 1;
}
