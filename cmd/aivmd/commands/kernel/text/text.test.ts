import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineDiff } from "./lineDiff.js";
import { mergeLines } from "./mergeLines.js";
import { diffLineText, linesOf, unifiedDiff } from "./unifiedDiff.js";

const SEED = { seed: 20_261_128, numRuns: 500 };
const lines = fc.array(fc.constantFrom("a", "b", "c", "d", ""), { maxLength: 12 });

/** Length of the longest common subsequence, the slow and certain way. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0);
  for (const line of a) {
    const next: number[] = [];
    for (const [index, other] of b.entries()) {
      const diagonal = index === 0 ? 0 : row[index - 1]!;
      const left = index === 0 ? 0 : next[index - 1]!;
      next.push(line === other ? diagonal + 1 : Math.max(row[index]!, left));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

describe("the difference of two texts", () => {
  it("makes the one of the other, with the fewest lines", () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const hunks = lineDiff(a, b);
        const made: string[] = [];
        let at = 0;
        let touched = 0;
        for (const { start, end, otherStart, otherEnd } of hunks) {
          expect(start).toBeGreaterThanOrEqual(at);
          made.push(...a.slice(at, start), ...b.slice(otherStart, otherEnd));
          touched += end - start + otherEnd - otherStart;
          at = end;
        }
        expect([...made, ...a.slice(at)]).toEqual(b);
        expect(touched).toBe(a.length + b.length - 2 * commonLength(a, b));
      }),
      SEED,
    );
  });

  it("is the whole text where there is too much of it", () => {
    const [a, b] = ["x", "y"].map((text) =>
      Array.from({ length: 3_000 }, (_, at) => `${text}${at}`),
    );
    expect(lineDiff(a!, b!)).toEqual([{ start: 0, end: 3_000, otherStart: 0, otherEnd: 3_000 }]);
  });

  it("is shown as diff -u does", () => {
    const before = Array.from({ length: 20 }, (_, at) => `line ${at}`).join("\n");
    const after = before.replace("line 3\n", "").replace("line 15", "line 15\nnew");
    expect(unifiedDiff(before, after).map(diffLineText)).toEqual([
      "@@ -1,7 +1,6 @@",
      ...[" line 0", " line 1", " line 2", "-line 3", " line 4", " line 5", " line 6"],
      "@@ -14,6 +13,7 @@",
      ...[" line 13", " line 14", " line 15", "+new", " line 16", " line 17", " line 18"],
    ]);
    expect(unifiedDiff("", "a\n").map(diffLineText)).toEqual(["@@ -0,0 +1 @@", "+a"]);
    expect(unifiedDiff("a\n", "a")).toEqual([]);
  });
});

describe("a three-way merge of texts", () => {
  const text = (all: readonly string[]): string => all.map((line) => `${line}\n`).join("");

  it("takes what one side changed, and what both changed alike", () => {
    fc.assert(
      fc.property(lines, lines, (base, changed) => {
        const [a, b] = [text(base), text(changed)];
        for (const sides of [
          [b, a],
          [a, b],
          [b, b],
        ] as const) {
          expect(mergeLines(a, ...sides)).toEqual({ text: b, conflicts: [] });
        }
      }),
      SEED,
    );
  });

  it("has the changes of both where they are apart", () => {
    const base = "a\nb\nc\nd\ne\n";
    expect(mergeLines(base, "A\nb\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n").text).toBe(
      "A\nb\nc\nd\ne\nf\n",
    );
    expect(mergeLines(base, "a\nc\nd\ne\n", "a\nb\nc\nD\ne\n").text).toBe("a\nc\nD\ne\n");
  });

  it("names the line where they exclude each other, whichever side is ours", () => {
    const base = "a\nb\nc\nd\n";
    const [ours, theirs] = ["a\nB\nc\nd\n", "a\nx\ny\nc\nd\n"];
    expect(mergeLines(base, ours, theirs).conflicts).toEqual([{ line: 2 }]);
    expect(mergeLines(base, theirs, ours).conflicts).toEqual([{ line: 2 }]);
    expect(mergeLines(base, "a\nc\nd\n", "a\nB\nc\nd\n").conflicts).toEqual([{ line: 2 }]);
  });

  it("finds conflicts alike from both sides", () => {
    fc.assert(
      fc.property(lines, lines, lines, (base, a, b) => {
        const one = mergeLines(text(base), text(a), text(b));
        const other = mergeLines(text(base), text(b), text(a));
        expect(other.conflicts).toEqual(one.conflicts);
        if (one.conflicts.length === 0) expect(linesOf(other.text)).toEqual(linesOf(one.text));
      }),
      SEED,
    );
  });
});
