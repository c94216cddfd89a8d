import { type Hunk, lineDiff } from "./lineDiff.js";
import { linesOf } from "./unifiedDiff.js";

/** Changes of two sides that exclude each other: the first line of the parent's text that both change, from 1. */
export interface LineConflict {
  readonly line: number;
}

/** A text that has the changes of both sides, or where they exclude each other. */
export interface MergedText {
  readonly text: string;
  readonly conflicts: readonly LineConflict[];
}

/**
 * Merges two changed texts with the one that they come from. Changes that touch each other and
 * differ are conflicts; the text is of use only without any.
 */
export function mergeLines(base: string, ours: string, theirs: string): MergedText {
  const [lines, mine, other] = [linesOf(base), linesOf(ours), linesOf(theirs)];
  const [left, right] = [lineDiff(lines, mine), lineDiff(lines, other)];
  const merged: string[] = [];
  const conflicts: LineConflict[] = [];
  let at = 0;
  while (left.length > 0 || right.length > 0) {
    const group = nextGroup(left, right);
    merged.push(...lines.slice(at, group.start));
    const [a, b] = [
      sideOf(lines, mine, group, group.left),
      sideOf(lines, other, group, group.right),
    ];
    if (group.left.length > 0 && group.right.length > 0 && a.join("\n") !== b.join("\n")) {
      conflicts.push({ line: group.start + 1 });
    }
    merged.push(...(group.left.length > 0 ? a : b));
    at = group.end;
  }
  merged.push(...lines.slice(at));
  return { text: merged.length === 0 ? "" : `${merged.join("\n")}\n`, conflicts };
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly left: readonly Hunk[];
  readonly right: readonly Hunk[];
}

/** Takes the first hunk of either side and whatever of both touches it. */
function nextGroup(left: Hunk[], right: Hunk[]): Group {
  const start = Math.min(left[0]?.start ?? Infinity, right[0]?.start ?? Infinity);
  const taken: { left: Hunk[]; right: Hunk[] } = { left: [], right: [] };
  let end = start;
  const take = (from: Hunk[], to: Hunk[]): boolean => {
    const [hunk] = from;
    if (hunk === undefined || hunk.start > end) return false;
    from.shift();
    to.push(hunk);
    end = Math.max(end, hunk.end);
    return true;
  };
  while (take(left, taken.left) || take(right, taken.right)) continue;
  return { start, end, ...taken };
}

/** What a side has in place of a group's lines of the base. */
function sideOf(
  base: readonly string[],
  side: readonly string[],
  { start, end }: Group,
  hunks: readonly Hunk[],
): string[] {
  const lines: string[] = [];
  let at = start;
  for (const hunk of hunks) {
    lines.push(...base.slice(at, hunk.start), ...side.slice(hunk.otherStart, hunk.otherEnd));
    at = hunk.end;
  }
  return [...lines, ...base.slice(at, end)];
}
