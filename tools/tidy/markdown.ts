import type { Tree } from "./tree.js";

/** A line of a document, outside of blocks of code. */
export interface ProseLine {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** The lines of a document without its blocks of code. */
export function proseLines(tree: Tree, path: string): ProseLine[] {
  let inCode = false;
  return tree.lines(path).flatMap((text, index) => {
    const fence = /^\s*(?:```|~~~)/.test(text);
    if (fence) inCode = !inCode;
    return fence || inCode ? [] : [{ text, line: index + 1 }];
  });
}

/** A second-level section of a document. */
export interface Section {
  readonly title: string;
  /** Line of the heading. */
  readonly line: number;
  /** Lines below the heading. */
  readonly body: readonly ProseLine[];
}

/** The sections of a document that begin with `## `. */
export function sectionsOf(tree: Tree, path: string): Section[] {
  const sections: Array<{ title: string; line: number; body: ProseLine[] }> = [];
  for (const prose of proseLines(tree, path)) {
    const title = /^## (.+)$/.exec(prose.text)?.[1];
    if (title === undefined) sections.at(-1)?.body.push(prose);
    else sections.push({ title: title.trim(), line: prose.line, body: [] });
  }
  return sections;
}

/** One row of a table: its cells, without the surrounding space. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Rows of all tables of a section, without headings and rules. */
export function tableRows({ body }: Section): TableRow[] {
  return body.flatMap(({ text, line }, index) => {
    const isRule = /^\|[\s:|-]+\|$/.test(text);
    const isHeading = /^\|[\s:|-]+\|$/.test(body[index + 1]?.text ?? "");
    if (!text.startsWith("|") || isRule || isHeading) return [];
    const cells = text.split("|").slice(1, -1);
    return [{ cells: cells.map((cell) => cell.trim()), line }];
  });
}

/** Whether a section says that there is nothing: it begins with "None". */
export function saysNone(section: Section | undefined): boolean {
  const first = section?.body.find(({ text }) => text.trim() !== "");
  return first?.text.startsWith("None") === true;
}
