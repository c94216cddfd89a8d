import { readFileSync, writeFileSync } from "node:fs";
import { type Figure, formatTarget, formatValue, meetsTarget, type Section } from "./figure.js";

const BEGIN = "<!-- figures: written by `make bench`, do not edit -->";
const END = "<!-- end of figures -->";

/** Puts the figures into a document between its markers; `preamble` says where they come from. */
export function writeFigures(
  path: string,
  preamble: readonly string[],
  sections: readonly Section[],
): void {
  const text = readFileSync(path, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${path} has no place for figures: it needs the lines ${BEGIN} and ${END}`);
  }
  const body = [...preamble, ...sections.map(renderSection)].join("\n\n");
  writeFileSync(path, `${text.slice(0, begin)}${BEGIN}\n\n${body}\n\n${text.slice(end)}`);
}

function renderSection({ title, figures, notes }: Section): string {
  const rows = figures.map(
    (figure) =>
      `| ${figure.name} | ${formatValue(figure.value)} ${figure.unit} | ${formatTarget(figure)}${verdict(figure)} |`,
  );
  const table = ["| figure | measured | target |", "|---|---:|---|", ...rows];
  const parts = [`### ${title}`, ...(rows.length === 0 ? [] : [table.join("\n")])];
  if (notes.length > 0) parts.push(notes.map((note) => `- ${note}`).join("\n"));
  return parts.join("\n\n");
}

function verdict(figure: Figure): string {
  const meets = meetsTarget(figure);
  if (meets === undefined) return "";
  return meets ? ": met" : ": **missed**";
}
