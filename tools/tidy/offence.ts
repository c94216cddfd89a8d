/** A rule of the house that a file breaks. */
export interface Offence {
  /** Path from the root of the repository. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What is wrong and what to do, in one line. */
  readonly problem: string;
}

/** `file:line: problem`, as compilers print and editors open. */
export function formatOffence({ file, line, problem }: Offence): string {
  return `${file}:${line}: ${problem}`;
}

/** Offences in order of file and line. */
export function sortOffences(offences: readonly Offence[]): Offence[] {
  return offences.toSorted(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line) || 0,
  );
}
