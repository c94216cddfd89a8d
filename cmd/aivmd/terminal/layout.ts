import { visibleLength } from "./style.js";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers read better from the right. */
  readonly align?: "left" | "right";
}

const GAP = "  ";

/** Rows under their titles, as wide as their widest cell; lines have no trailing blanks. */
export function tableText(
  columns: readonly Column[],
  rows: ReadonlyArray<readonly string[]>,
  paintTitle: (text: string) => string = (text) => text,
): string {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) =>
    Math.max(...[titles, ...rows].map((row) => visibleLength(row[index] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? "", widths[index] ?? 0, align))
      .join(GAP)
      .trimEnd();
  return [paintTitle(line(titles)), ...rows.map(line)].join("\n");
}

/** Names and values in two columns; a value of several lines stays in its column. */
export function pairsText(
  pairs: ReadonlyArray<readonly [name: string, value: string]>,
  paintName: (text: string) => string = (text) => text,
): string {
  const width = Math.max(0, ...pairs.map(([name]) => visibleLength(name)));
  const margin = " ".repeat(width + GAP.length);
  return pairs
    .map(([name, value]) => {
      const shown = value.replaceAll("\n", `\n${margin}`);
      return `${paintName(pad(name, width))}${GAP}${shown}`.trimEnd();
    })
    .join("\n");
}

/** JSON as people read it; integers of any size become strings, bytes become base64. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, jsonMember, 2);
}

function jsonMember(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value;
}

function pad(text: string, width: number, align: Column["align"] = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - visibleLength(text)));
  return align === "left" ? `${text}${blanks}` : `${blanks}${text}`;
}
