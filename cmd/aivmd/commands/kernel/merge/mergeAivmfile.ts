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
const NAMED: ReadonlySet<string> = new Set([
  "MODEL",
  "LIBRARY",
  "DATA",
  "INPUT",
  "OUTPUT",
  "BUCKET",
  "TEST",
  "PARENT",
]);
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
    if (sayingOf(a) === sayingOf(b) || sayingOf(b) === sayingOf(c)) return a;
    if (sayingOf(a) === sayingOf(c)) return b;
    conflicts.add(`${AIVMFILE}: ${key}`);
    return a;
  };
  const lines: Line[] = readLines(ours).map((source) => {
    const directive = directiveOf(source);
    if (directive === undefined) return { key: "", keyword: "", text: source.comment };
    const { key, keyword } = directive;
    const kept = decide(key);
    return { key, keyword, text: kept && lineText(kept.source) };
  });
  const previous = new Map<string, string>();
  for (const { key, keyword } of other.values()) {
    const added = mine.has(key) ? undefined : decide(key);
    if (added !== undefined) {
      insert(lines, { key, keyword, text: lineText(added.source) }, previous.get(keyword));
    }
    if (added !== undefined || mine.has(key)) previous.set(keyword, key);
  }
  for (const keyword of ORDERED) {
    if (isReordered(keyword, parent, mine, other)) {
      conflicts.add(`${AIVMFILE}: order of ${keyword}`);
    }
  }
  const texts = lines.flatMap(({ text }) => (text === undefined ? [] : [text]));
  return { text: formatAivmfile(texts.join("\n")), conflicts: [...conflicts] };
}

interface Line extends Pick<Directive, "key" | "keyword"> {
  /** Undefined for a directive that is gone. */
  readonly text: string | undefined;
}

/** Behind the line before it in theirs, else first of its keyword, else at the end. */
function insert(lines: Line[], line: Line, previous: string | undefined): void {
  const at =
    previous === undefined
      ? lines.findIndex(({ keyword }) => keyword === line.keyword)
      : lines.findIndex(({ key }) => key === previous) + 1;
  lines.splice(at < 0 ? lines.length : at, 0, line);
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

/** What a line says: blanks count in texts, and nowhere else. */
function sayingOf(directive: Directive | undefined): string | undefined {
  return directive && formatAivmfile(directive.source.text);
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
