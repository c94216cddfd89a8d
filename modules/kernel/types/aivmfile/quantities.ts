import { assertDefined } from "#core/primitives/assert.js";
import type { DirectiveLine, Word } from "./directiveLine.js";

const SIZE_UNITS: ReadonlyArray<readonly [string, bigint]> = [
  ["B", 1n],
  ["KiB", 1_024n],
  ["MiB", 1_048_576n],
  ["GiB", 1_073_741_824n],
];
const UNES_DIGITS = 6;
const MAX_UINT64 = (1n << 64n) - 1n;

/** A whole number with optional underscores between digits, below 2^64. */
export function readInteger(line: DirectiveLine, word: Word): bigint {
  return integerOf(line, word, word.text);
}

/** The integer that `text`, a part of `word`, writes. */
export function integerOf(line: DirectiveLine, word: Word, text: string): bigint {
  const valid = text.length <= 32 && /^[0-9]+(?:_[0-9]+)*$/.test(text);
  const value = valid ? BigInt(text.replaceAll("_", "")) : undefined;
  if (value === undefined || value > MAX_UINT64) {
    throw line.errorAt(word, { found: text, expected: "a whole number" });
  }
  return value;
}

/** Bytes: a whole number with a unit of B, KiB, MiB or GiB, or without one. */
export function readSize(line: DirectiveLine, word: Word): bigint {
  return sizeOf(line, word, word.text);
}

/** The bytes that `text`, a part of `word`, writes. */
export function sizeOf(line: DirectiveLine, word: Word, text: string): bigint {
  const [, digits = "", name = ""] = /^([0-9_]*)([A-Za-z]*)$/.exec(text) ?? [];
  const unit = SIZE_UNITS.find(([unitName]) => unitName === name)?.[1];
  if (digits === "" || (name !== "" && unit === undefined)) {
    throw line.errorAt(word, { found: text, expected: "a size such as 256MiB" });
  }
  return integerOf(line, word, digits) * (unit ?? 1n);
}

/** A price in unes: `2000unes`, or NES with at most six decimals, `0.002NES`. */
export function readPrice(line: DirectiveLine, word: Word): bigint {
  const match = /^([0-9]{1,18})(?:\.([0-9]{1,6}))?(NES|unes)$/.exec(word.text);
  const [, whole = "", fraction, unit = ""] = match ?? [];
  if (match === null || (unit === "unes" && fraction !== undefined)) {
    throw line.errorAt(word, { found: word.text, expected: "a price such as 0.002NES" });
  }
  if (unit === "unes") return BigInt(whole);
  return BigInt(whole + (fraction ?? "").padEnd(UNES_DIGITS, "0"));
}

/** The two ends of `a..b`; both are the number itself when there is no range. */
export function rangeOf(
  line: DirectiveLine,
  word: Word,
  text: string,
): { readonly minimum: bigint; readonly maximum: bigint } {
  const parts = text.split("..");
  if (parts.length > 2) throw line.errorAt(word, { found: text, expected: "a range such as 1..8" });
  const ends = parts.map((part) => integerOf(line, word, part));
  const minimum = assertDefined(ends[0], "splitting a text gives at least one part");
  return { minimum, maximum: ends[1] ?? minimum };
}
