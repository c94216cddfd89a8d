import { readFileSync, writeFileSync } from "node:fs";
import { type Figure, formatTarget, formatValue, meetsTarget, type Section } from "./figure.js";

const BEGIN = "<!-- figures: written by `make bench`, do not edit -->";
const END = "<!-- end of figures -->";

/** A document with a place for figures. */
interface FiguresDocument {
  readonly before: string;
  /** Sections by their title, in order, each with its heading. */
  readonly sections: ReadonlyMap<string, string>;
  readonly after: string;
}

/** Refuses a document without a place for figures: to be asked before anything is measured. */
export function demandPlaceForFigures(path: string): void {
  parseDocument(readFileSync(path, "utf8"), path);
}

/**
 * Puts sections into a document between its markers; `origin` says where their figures come from.
 */
export function writeFigures(path: string, origin: string, sections: readonly Section[]): void {
  writeFileSync(path, mergeFigures(readFileSync(path, "utf8"), { path, origin, sections }));
}

/**
 * A document with these sections in place of those of the same titles; others stay, and new ones
 * come last. A section without figures, whose measurement failed, changes nothing.
 */
export function mergeFigures(
  text: string,
  added: { readonly path: string; readonly origin: string; readonly sections: readonly Section[] },
): string {
  const document = parseDocument(text, added.path);
  const merged = new Map(document.sections);
  for (const section of added.sections) {
    if (section.figures.length > 0) {
      merged.set(section.title, renderSection(section, added.origin));
    }
  }
  const body = [...merged.values()].join("\n\n");
  return `${document.before}${BEGIN}\n\n${body}\n\n${END}${document.after}`;
}

function parseDocument(text: string, path: string): FiguresDocument {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${path} has no place for figures: it needs the lines ${BEGIN} and ${END}`);
  }
  const sections = new Map<string, string>();
  for (const part of text.slice(begin + BEGIN.length, end).split(/^(?=### )/m)) {
    const title = /^### (.*)$/m.exec(part)?.[1];
    if (title !== undefined) sections.set(title, part.trimEnd());
  }
  return { before: text.slice(0, begin), sections, after: text.slice(end + END.length) };
}

function renderSection({ title, figures, notes }: Section, origin: string): string {
  const rows = figures.map(
    (figure) =>
      `| ${figure.name} | ${formatValue(figure.value)} ${figure.unit} | ${formatTarget(figure)}${verdict(figure)} |`,
  );
  const table = ["| figure | measured | target |", "|---|---:|---|", ...rows].join("\n");
  const parts = [`### ${title}`, table, [origin, ...notes].map((note) => `- ${note}`).join("\n")];
  return parts.join("\n\n");
}

function verdict(figure: Figure): string {
  const meets = meetsTarget(figure);
  if (meets === undefined) return "";
  return meets ? ": met" : ": **missed**";
}
