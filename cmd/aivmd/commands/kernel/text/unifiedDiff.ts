import { type Hunk, lineDiff } from "./lineDiff.js";

/** A line of a unified difference: what it is, and its text. */
export interface DiffLine {
  readonly kind: "place" | "kept" | "removed" | "added";
  readonly text: string;
}

/** Lines of one text that stand around a change. */
const CONTEXT = 3;

/** The lines of a text, without the end of the last one. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** What makes `after` of `before`, as `diff -u` shows it without its head; none when they are equal. */
export function unifiedDiff(before: string, after: string): DiffLine[] {
  const [lines, other] = [linesOf(before), linesOf(after)];
  return neighbours(lineDiff(lines, other)).flatMap((group) => groupLines(group, lines, other));
}

/** Hunks whose contexts touch are shown together. */
function neighbours(hunks: readonly Hunk[]): Hunk[][] {
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && hunk.start - last.end <= 2 * CONTEXT) groups.at(-1)?.push(hunk);
    else groups.push([hunk]);
  }
  return groups;
}

function groupLines(
  group: readonly Hunk[],
  lines: readonly string[],
  other: readonly string[],
): DiffLine[] {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start = Math.max(0, first.start - CONTEXT);
  const end = Math.min(lines.length, last.end + CONTEXT);
  const otherStart = first.otherStart - (first.start - start);
  const otherEnd = last.otherEnd + (end - last.end);
  const text = `@@ -${range(start, end)} +${range(otherStart, otherEnd)} @@`;
  const shown: DiffLine[] = [{ kind: "place", text }];
  let at = start;
  const add = (kind: DiffLine["kind"], from: readonly string[]): void => {
    for (const line of from) shown.push({ kind, text: line });
  };
  for (const hunk of group) {
    add("kept", lines.slice(at, hunk.start));
    add("removed", lines.slice(hunk.start, hunk.end));
    add("added", other.slice(hunk.otherStart, hunk.otherEnd));
    at = hunk.end;
  }
  add("kept", lines.slice(at, end));
  return shown;
}

function range(start: number, end: number): string {
  const count = end - start;
  return `${count === 0 ? start : start + 1}${count === 1 ? "" : `,${count}`}`;
}

const SIGNS = { place: "", kept: " ", removed: "-", added: "+" } as const;

/** A line as `diff -u` writes it. */
export function diffLineText({ kind, text }: DiffLine): string {
  return `${SIGNS[kind]}${text}`;
}
