/** A run of lines of one text, and the run of another that stands in its place; ends are exclusive. */
export interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly otherStart: number;
  readonly otherEnd: number;
}

/** Texts that differ in more lines than this are not worth a minimal difference. */
const MAX_EDITS = 1_000;

/** What of a text's lines is replaced to make the other: the fewest lines (Myers), in order. */
export function lineDiff(lines: readonly string[], other: readonly string[]): Hunk[] {
  let start = 0;
  while (start < lines.length && start < other.length && lines[start] === other[start]) start++;
  let end = lines.length;
  let otherEnd = other.length;
  while (end > start && otherEnd > start && lines[end - 1] === other[otherEnd - 1]) {
    end--;
    otherEnd--;
  }
  if (start === end && start === otherEnd) return [];
  const middle = lines.slice(start, end);
  const otherMiddle = other.slice(start, otherEnd);
  const kept = commonLines(middle, otherMiddle);
  if (kept === undefined) return [{ start, end, otherStart: start, otherEnd }];
  return hunksBetween(kept, middle.length, otherMiddle.length).map((hunk) => ({
    start: hunk.start + start,
    end: hunk.end + start,
    otherStart: hunk.otherStart + start,
    otherEnd: hunk.otherEnd + start,
  }));
}

type Pair = readonly [line: number, other: number];

function hunksBetween(kept: readonly Pair[], length: number, otherLength: number): Hunk[] {
  const hunks: Hunk[] = [];
  let [start, otherStart] = [0, 0];
  for (const [line, other] of [...kept, [length, otherLength] as const]) {
    if (line > start || other > otherStart) {
      hunks.push({ start, end: line, otherStart, otherEnd: other });
    }
    [start, otherStart] = [line + 1, other + 1];
  }
  return hunks;
}

/** Lines that both keep, as pairs of indices; undefined when more than MAX_EDITS are not kept. */
function commonLines(lines: readonly string[], other: readonly string[]): Pair[] | undefined {
  const furthest = new Map([[1, 0]]);
  const history: Array<ReadonlyMap<number, number>> = [];
  for (let edits = 0; edits <= Math.min(MAX_EDITS, lines.length + other.length); edits++) {
    history.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let at = step(furthest, diagonal, edits);
      while (
        at < lines.length &&
        lines[at] === other[at - diagonal] &&
        at - diagonal < other.length
      ) {
        at++;
      }
      furthest.set(diagonal, at);
      if (at >= lines.length && at - diagonal >= other.length) {
        return walkBack(history, lines.length, other.length);
      }
    }
  }
  return undefined;
}

/** Where a path of so many edits begins on a diagonal: a line put in, or one taken out. */
function step(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  return isDown(furthest, diagonal, edits)
    ? (furthest.get(diagonal + 1) ?? 0)
    : (furthest.get(diagonal - 1) ?? 0) + 1;
}

/** Whether the path that is further along comes from the diagonal above: by a line put in. */
function isDown(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  if (diagonal === edits) return false;
  return (furthest.get(diagonal - 1) ?? 0) < (furthest.get(diagonal + 1) ?? 0);
}

function walkBack(
  history: ReadonlyArray<ReadonlyMap<number, number>>,
  length: number,
  otherLength: number,
): Pair[] {
  const kept: Pair[] = [];
  let [x, y] = [length, otherLength];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const furthest = history[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const start = step(furthest, diagonal, edits);
    while (x > start && x > 0 && y > 0) kept.push([--x, --y]);
    if (edits === 0) break;
    if (isDown(furthest, diagonal, edits)) y--;
    else x--;
  }
  return kept.reverse();
}
