import { assertDefined } from "#core/primitives/assert.js";
import type { DirectiveLine, Word } from "./directiveLine.js";

/** Units of a size and their bytes, from the smallest. */
export const SIZE_UNITS: ReadonlyArray<readonly [name: string, bytes: bigint]> = [
  ["B", 1n],
  ["KiB", 1_024n],
  ["MiB", 1_048_576n],
  ["GiB", 1_073_741_824n],
];
const UNES_DIGITS = 6;
const EPSILON_DIGITS = 6;
const MAX_UINT64 = (1n << 64n) - 1n;

/** A whole number with optional underscores between digits, below 2^64. */
export function readInteger(line: DirectiveLine, word: Word): bigint {
  return integerOf(line, word, word.text);
}

/** The integer that `text`, a part of `word`, writes. */
export function integerOf(line: DirectiveLine, word: Word, text: string): bigint {
  const value = parseInteger(text);
  if (value === undefined) throw line.mistake(word, "number", { found: text });
  return value;
}

function parseInteger(text: string): bigint | undefined {
  if (text.length > 32 || !/^[0-9]+(?:_[0-9]+)*$/.test(text)) return undefined;
  const value = BigInt(text.replaceAll("_", ""));
  return value > MAX_UINT64 ? undefined : value;
}

/** Bytes: a whole number with a unit of B, KiB, MiB or GiB, or without one. */
export function readSize(line: DirectiveLine, word: Word): bigint {
  return sizeOf(line, word, word.text);
}

/** The bytes that `text`, a part of `word`, writes; below 2^64. */
export function sizeOf(line: DirectiveLine, word: Word, text: string): bigint {
  const [, digits = "", name = ""] = /^([0-9_]*)([A-Za-z]*)$/.exec(text) ?? [];
  const unit = name === "" ? 1n : SIZE_UNITS.find(([unitName]) => unitName === name)?.[1];
  const count = parseInteger(digits);
  const bytes = unit === undefined || count === undefined ? undefined : count * unit;
  if (bytes === undefined || bytes > MAX_UINT64) throw line.mistake(word, "size", { found: text });
  return bytes;
}

/** A price in unes: `2000unes`, or NES with at most six decimals, `0.002NES`. */
export function readPrice(line: DirectiveLine, word: Word): bigint {
  const match = /^([0-9]{1,18})(?:\.([0-9]{1,6}))?(NES|unes)$/.exec(word.text);
  const [, whole = "", fraction, unit = ""] = match ?? [];
  if (match === null || (unit === "unes" && fraction !== undefined)) {
    throw line.mistake(word, "price");
  }
  if (unit === "unes") return BigInt(whole);
  return BigInt(whole + (fraction ?? "").padEnd(UNES_DIGITS, "0"));
}

/** A tolerance in millionths: `epsilon=0.01`, above 0, below 1, with at most six decimals. */
export function readEpsilon(line: DirectiveLine, word: Word): bigint {
  const [, decimals] = /^epsilon=0\.([0-9]{1,6})$/.exec(word.text) ?? [];
  const millionths = BigInt((decimals ?? "").padEnd(EPSILON_DIGITS, "0"));
  if (millionths === 0n) throw line.mistake(word, "epsilon");
  return millionths;
}

/** A tolerance as {@link readEpsilon} reads it, without zeros at its end. */
export function epsilonText(millionths: bigint): string {
  const decimals = `${millionths}`.padStart(EPSILON_DIGITS, "0").replace(/0+$/, "");
  return `epsilon=0.${decimals}`;
}

/** The two ends of `a..b`; both are the number itself when there is no range. */
export function rangeOf(
  line: DirectiveLine,
  word: Word,
  text: string,
): { readonly minimum: bigint; readonly maximum: bigint } {
  const parts = text.split("..");
  if (parts.length > 2) throw line.mistake(word, "range", { found: text });
  const ends = parts.map((part) => integerOf(line, word, part));
  const minimum = assertDefined(ends[0], "splitting a text gives at least one part");
  return { minimum, maximum: ends[1] ?? minimum };
}
