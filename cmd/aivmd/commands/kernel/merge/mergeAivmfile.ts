import { readLines, type SourceLine } from "#modules/kernel/types/aivmfile/directiveLine.js";
import { formatAivmfile } from "#modules/kernel/types/aivmfile/formatAivmfile.js";
import { AIVMFILE } from "../kernelSource.js";

/** A merged Aivmfile, or what the two sides do not agree on. */
export interface MergedAivmfile {
  readonly text: string;
  /** What is disputed: `Aivmfile: LIMIT`, `Aivmfile: order of INPUT`. */
  readonly conflicts: readonly string[];
}

/** Lines of these keywords are told apart by their first word. */
const NAMED: ReadonlySet<string> = new Set(["MODEL", "INPUT", "OUTPUT", "TEST", "PARENT"]);
/** Whose order is the order of values. */
const ORDERED = ["INPUT", "OUTPUT"] as const;

interface Directive {
  readonly key: string;
  readonly keyword: string;
  readonly source: SourceLine;
}

/**
 * Merges two Aivmfiles with the one that they come from, directive by directive: lines beside each
 * other may change on different sides. Comments of their own lines are ours. Fails with `kernel/10`
 * for texts whose lines cannot be read.
 */
export function mergeAivmfile(base: string, ours: string, theirs: string): MergedAivmfile {
  const [parent, mine, other] = [directivesOf(base), directivesOf(ours), directivesOf(theirs)];
  const conflicts = new Set<string>();
  const decide = (key: string): Directive | undefined => {
    const [a, b, c] = [mine.get(key), other.get(key), parent.get(key)];
    if (wordsOf(a) === wordsOf(b) || wordsOf(b) === wordsOf(c)) return a;
    if (wordsOf(a) === wordsOf(c)) return b;
    conflicts.add(`${AIVMFILE}: ${key}`);
    return a;
  };
  const lines: Line[] = readLines(ours).map((source) => {
    const directive = directiveOf(source);
    if (directive === undefined) return { keyword: "", text: source.comment };
    const kept = decide(directive.key);
    return { keyword: directive.keyword, text: kept && lineText(kept.source) };
  });
  for (const directive of other.values()) {
    if (mine.has(directive.key)) continue;
    const added = decide(directive.key);
    if (added !== undefined) insert(lines, { ...added, text: lineText(added.source) });
  }
  for (const keyword of ORDERED) {
    if (isReordered(keyword, parent, mine, other)) {
      conflicts.add(`${AIVMFILE}: order of ${keyword}`);
    }
  }
  const texts = lines.flatMap(({ text }) => (text === undefined ? [] : [text]));
  return { text: formatAivmfile(texts.join("\n")), conflicts: [...conflicts] };
}

interface Line {
  readonly keyword: string;
  /** Undefined for a directive that is gone. */
  readonly text: string | undefined;
}

/** Behind the last line with the keyword, else at the end. */
function insert(lines: Line[], line: Line): void {
  const last = lines.findLastIndex(({ keyword }) => keyword === line.keyword);
  lines.splice(last < 0 ? lines.length : last + 1, 0, line);
}

function directivesOf(text: string): Map<string, Directive> {
  const found = readLines(text).flatMap((source) => directiveOf(source) ?? []);
  return new Map(found.map((directive) => [directive.key, directive]));
}

function directiveOf(source: SourceLine): Directive | undefined {
  const [keyword, first] = source.words.map(({ text }) => text);
  if (keyword === undefined) return undefined;
  const key = NAMED.has(keyword) ? `${keyword} ${first ?? ""}` : keyword;
  return { key, keyword, source };
}

function wordsOf(directive: Directive | undefined): string | undefined {
  return directive?.source.words.map(({ text }) => text).join(" ");
}

function lineText({ text, comment }: SourceLine): string {
  return comment === "" ? text : `${text} ${comment}`;
}

/** Whether theirs has another order of what all have than the parent and ours. */
function isReordered(
  keyword: string,
  ...sides: ReadonlyArray<ReadonlyMap<string, Directive>>
): boolean {
  const [base = "", ours = "", theirs = ""] = sides.map((side) =>
    [...side.keys()]
      .filter((key) => key.startsWith(`${keyword} `) && sides.every((all) => all.has(key)))
      .join(),
  );
  return theirs !== base && theirs !== ours;
}
