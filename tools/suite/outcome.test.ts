import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closingLine, readOutcome, total } from "./outcome.js";

const REPORT = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  numFailedTestSuites: 0,
  success: true,
};

describe("the outcome of a stage", () => {
  let folder = "";
  let path = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "aivm-outcome-"));
    path = join(folder, "report.json");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const outcomeOf = (report: object, exitCode: number) => {
    writeFileSync(path, JSON.stringify(report));
    return readOutcome(path, exitCode, 2);
  };

  it("counts what passed, failed and was skipped", () => {
    expect(outcomeOf({ ...REPORT, numFailedTests: 2, success: false }, 1)).toEqual({
      passed: 5,
      failed: 2,
      skipped: 1,
      seconds: 2,
    });
  });

  it("counts a run that failed outside of its tests as a failure", () => {
    expect(outcomeOf(REPORT, 1).failed).toBe(1);
    expect(outcomeOf({ ...REPORT, success: false }, 0).failed).toBe(1);
  });

  it("counts a run without a test, and one without a report, as a failure", () => {
    expect(outcomeOf({ ...REPORT, numPassedTests: 0 }, 0).failed).toBe(1);
    rmSync(path);
    expect(readOutcome(path, 0, 2).failed).toBe(1);
  });

  it("adds up to the closing line", () => {
    const sum = total([
      { passed: 5, failed: 0, skipped: 0, seconds: 1 },
      { passed: 2, failed: 1, skipped: 0, seconds: 1 },
    ]);
    expect(closingLine(sum)).toBe("7 passed, 1 failed");
    expect(closingLine({ ...sum, skipped: 3 })).toBe("7 passed, 1 failed, 3 skipped");
  });
});
