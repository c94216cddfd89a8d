import type { Terminal } from "../../terminal/terminal.js";
import { isRecord, type Readable, type ReadableRecord } from "./readable.js";

/** Wider tables are printed as one block for each row. */
const TABLE_WIDTH = 200;
const COLUMNS_MAX = 8;
/** Longer lists of words get a line for each. */
const LINE_LENGTH = 80;

type Painter = Pick<Terminal, "table" | "pairs">;

/** Text of an answer: records as names and values, lists of flat records as tables. */
export function answerText(painter: Painter, value: Readable): string {
  if (typeof value === "string") return value;
  const text = isRecord(value) ? recordText(painter, value) : listText(painter, value);
  // Blank lines within a record stand in its column.
  return text.replaceAll(/ +$/gm, "");
}

function recordText(painter: Painter, { entries }: ReadableRecord): string {
  return painter.pairs(entries.map(([name, value]) => [name, answerText(painter, value)]));
}

function listText(painter: Painter, list: readonly Readable[]): string {
  if (list.length === 0) return "none";
  const table = tableOf(painter, list);
  if (table !== undefined) return table;
  const texts = list.map((element) => answerText(painter, element));
  if (!list.every((element) => typeof element === "string")) return texts.join("\n\n");
  const line = texts.join(", ");
  return line.length <= LINE_LENGTH ? line : texts.join("\n");
}

/** A table of flat records with the same names, unless it would be too wide to read. */
function tableOf(painter: Painter, list: readonly Readable[]): string | undefined {
  const rows = list.filter(isRecord);
  const [first] = rows;
  if (first === undefined || rows.length !== list.length) return undefined;
  const titles = first.entries.map(([name]) => name);
  if (titles.length > COLUMNS_MAX || !rows.every((row) => isRow(row, titles))) return undefined;
  const cells = rows.map(({ entries }) => entries.map(([, value]) => cellText(value)));
  const columns = titles.map((title, index) => ({
    title,
    align: cells.every((row) => isNumber(row[index])) ? ("right" as const) : ("left" as const),
  }));
  const text = painter.table(columns, cells);
  return text.split("\n").some((line) => line.length > TABLE_WIDTH) ? undefined : text;
}

function isRow({ entries }: ReadableRecord, titles: readonly string[]): boolean {
  if (entries.length !== titles.length) return false;
  return entries.every(([name, value], index) => name === titles[index] && isCell(value));
}

/** Text, or a short list of it. */
function isCell(value: Readable): boolean {
  if (typeof value === "string") return !value.includes("\n");
  return !isRecord(value) && value.every((element) => typeof element === "string");
}

function cellText(value: Readable): string {
  if (typeof value === "string") return value;
  return isRecord(value) ? "" : value.map(String).join(", ");
}

function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^-?[0-9]+(?:\.[0-9]+)?$/.test(text);
}
