import { readLines, type SourceLine } from "./directiveLine.js";

/** Column of what follows a keyword, from 0: behind the longest one that is used often. */
const ARGUMENTS = 10;
const GAP = "  ";
/** Keywords whose names stand in one column where they follow each other. */
const COLUMNS: ReadonlyMap<string, string> = new Map([
  ["MODEL", "models"],
  ["LIBRARY", "libraries"],
  ["DATA", "data"],
  ["INPUT", "fields"],
  ["OUTPUT", "fields"],
]);
const TEXTS: ReadonlySet<string> = new Set(["LICENSE", "DESCRIPTION"]);
/** Words that begin a part of their line, which a wider gap sets off. */
const PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["LIMIT", ["memory", "output"]],
  ["BUCKET", ["gas"]],
  ["AGGREGATE", ["gas"]],
]);

/**
 * An Aivmfile laid out tidily: keywords and names in columns, single blanks between words, comments
 * behind neighbouring lines in one column, at most one blank line, `\n` at every end. Order, words
 * and comments stay, so it compiles to the same; laying it out again changes nothing. Of a text
 * that compiles; fails with `kernel/10` for one whose lines cannot be read.
 */
export function formatAivmfile(text: string): string {
  const lines = readLines(text);
  const texts = withColumns(lines);
  const widths = commentColumns(lines, texts);
  const written = lines.map(({ comment }, index) => {
    const directive = texts[index] ?? "";
    if (directive === "" || comment === "") return `${directive}${comment}`;
    return `${directive.padEnd(widths[index] ?? 0)}${GAP}${comment}`;
  });
  const kept = written.filter((line, index) => line !== "" || (written[index - 1] ?? "") !== "");
  return `${kept.join("\n").replace(/\n+$/, "")}\n`;
}

/** The directives, laid out; empty where a line has none. */
function withColumns(lines: readonly SourceLine[]): string[] {
  const column = (line: SourceLine | undefined): string | undefined =>
    COLUMNS.get(line?.words[0]?.text ?? "");
  const widths = runs(
    lines,
    (line) => column(line) ?? "",
    (line) => line.words[1]?.text.length ?? 0,
  );
  return lines.map((line, index) => directiveText(line, widths[index] ?? 0));
}

function directiveText(line: SourceLine, nameWidth: number): string {
  const [keyword, ...rest] = line.words;
  if (keyword === undefined) return "";
  const head =
    keyword.text.length < ARGUMENTS ? keyword.text.padEnd(ARGUMENTS) : `${keyword.text} `;
  const [first, ...others] = rest;
  if (first === undefined) return keyword.text;
  if (TEXTS.has(keyword.text)) return `${head}${line.text.slice(first.column - 1)}`;
  if (COLUMNS.has(keyword.text)) {
    const name = others.length === 0 ? first.text : `${first.text.padEnd(nameWidth)}${GAP}`;
    return `${head}${name}${others.map(({ text }) => text).join(" ")}`;
  }
  const parts = PARTS.get(keyword.text) ?? [];
  const words = rest.map(({ text }, index) => {
    if (index === 0) return text;
    return `${parts.includes(text) ? GAP : " "}${text}`;
  });
  return `${head}${words.join("")}`;
}

/** Where comments behind directives begin: one column for lines that follow each other. */
function commentColumns(lines: readonly SourceLine[], texts: readonly string[]): number[] {
  const shown = lines.map(({ comment }, index) => ({ comment, text: texts[index] ?? "" }));
  return runs(
    shown,
    ({ comment, text }) => (comment === "" || text === "" ? "" : "comment"),
    ({ text }) => text.length,
  );
}

/** For each entry the largest measure of its run: neighbours of one kind; `""` is no kind. */
function runs<T>(
  entries: readonly T[],
  kindOf: (entry: T) => string,
  measure: (entry: T) => number,
): number[] {
  const widths: number[] = [];
  let start = 0;
  for (const [index, entry] of entries.entries()) {
    const previous = entries[index - 1];
    const goesOn = previous !== undefined && kindOf(previous) === kindOf(entry);
    if (!goesOn || kindOf(entry) === "") start = index;
    const width = Math.max(measure(entry), index === start ? 0 : (widths[start] ?? 0));
    for (let at = start; at <= index; at++) widths[at] = width;
  }
  return widths;
}
