import { readFileSync } from "node:fs";

/** What one stage came to. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
}

/** The parts of vitest's JSON report that are read here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

/**
 * Reads vitest's JSON report of a run that exited with `exitCode`. A run that failed without a
 * failed test (a file that does not load, an error outside of tests, no report at all) counts as
 * one failure: what did not run did not pass.
 */
export function readOutcome(path: string, exitCode: number, seconds: number): Outcome {
  const report = read(path);
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0, seconds };
  const failed = report.numFailedTests;
  const unseen = failed === 0 && (exitCode !== 0 || !report.success || report.numPassedTests === 0);
  return {
    passed: report.numPassedTests,
    failed: unseen ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
    seconds,
  };
}

function read(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch {
    return undefined;
  }
}

/** All stages together. */
export function total(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
      seconds: sum.seconds + one.seconds,
    }),
    { passed: 0, failed: 0, skipped: 0, seconds: 0 },
  );
}

/** The closing line, in the form that machines read. */
export function closingLine({ passed, failed, skipped }: Outcome): string {
  const rest = skipped === 0 ? "" : `, ${skipped} skipped`;
  return `${passed} passed, ${failed} failed${rest}`;
}
