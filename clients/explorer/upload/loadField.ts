import { groupDigits } from "../format/amount.js";
import type { Entry, PlainValue } from "../schema/entries.js";
import { type InputControl, isNumber, toNumber, wordsIn } from "../schema/inputForm.js";
import { countOf, JSON_BYTES_MAX, parse } from "./loadInput.js";
import { loadPicture } from "./loadPicture.js";
import { type ChosenFile, FileProblem, readBytes, readText } from "./readFile.js";

/** What a file gives to one field. Fails with a `FileProblem` that says why it gives nothing. */
export async function loadField(control: InputControl, file: ChosenFile): Promise<Entry> {
  const from = file.name;
  switch (control.kind) {
    case "text":
      return { kind: "typed", text: await readText(file, mostBytes(control)) };
    case "base64": {
      const value = await readBytes(file, mostBytes(control));
      return { kind: "loaded", from, what: `${groupDigits(value.length)} bytes`, value };
    }
    default:
      return isPicture(file) ? loadPictureEntry(control, file) : loadNumbers(control, file);
  }
}

/** What a file dialog offers for a field. */
export function acceptOf({ kind, picture }: InputControl): string {
  if (kind === "text") return ".txt,text/*";
  if (kind === "base64") return "";
  return typeof picture === "string" ? ".json,.txt,.csv" : "image/*,.json,.txt,.csv";
}

function mostBytes({ field }: InputControl): number {
  return Number(field.maxBytes);
}

function isPicture({ type, name }: ChosenFile): boolean {
  return type.startsWith("image/") || /\.(png|jpe?g|gif|webp|bmp|avif)$/i.test(name);
}

async function loadPictureEntry(
  { name, picture: how }: InputControl,
  file: ChosenFile,
): Promise<Entry> {
  if (typeof how === "string") {
    throw new FileProblem(file, `${name} takes no picture: ${how}; give its numbers instead`);
  }
  return { kind: "picture", from: file.name, picture: await loadPicture(file), field: how };
}

/** Numbers as JSON, or between commas and spaces. */
async function loadNumbers(control: InputControl, file: ChosenFile): Promise<Entry> {
  const text = await readText(file, JSON_BYTES_MAX);
  const value = /^\s*[[{]/.test(text)
    ? ownPart(control, parse(file, text))
    : numbersOf(control, file, text);
  return { kind: "loaded", from: file.name, what: countOf(value), value };
}

/** The field's part of JSON; a whole input has it by its name. */
function ownPart({ name }: InputControl, json: unknown): PlainValue {
  const isWhole = typeof json === "object" && json !== null && Object.hasOwn(json, name);
  return (isWhole ? (json as Readonly<Record<string, unknown>>)[name] : json) as PlainValue;
}

function numbersOf({ name }: InputControl, file: ChosenFile, text: string): PlainValue {
  const words = wordsIn(text);
  const bad = words.find((word) => !isNumber(word));
  if (words.length > 0 && bad === undefined) return words.map(toNumber);
  const shown = bad === undefined ? "nothing" : bad.slice(0, 20);
  throw new FileProblem(file, `it holds ${shown} where numbers for ${name} are needed`);
}
