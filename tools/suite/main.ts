import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closingLine, type Outcome, readOutcome, total } from "./outcome.js";
import { writeReport } from "./report.js";
import { FULL_STAGES, type Stage, TEST_STAGES } from "./stages.js";

/**
 * Runs the whole suite, stage by stage, and ends with the line `N passed, N failed`. Every stage
 * runs, so that one red test does not hide another. `--full` runs the full counts, `--report FILE`
 * writes what was seen into a page.
 */
async function main(args: readonly string[]): Promise<void> {
  const full = args.includes("--full");
  const stages = full ? FULL_STAGES : TEST_STAGES;
  const folder = mkdtempSync(join(tmpdir(), "aivm-suite-"));
  const outcomes: Outcome[] = [];
  for (const [index, stage] of stages.entries()) {
    console.log(`\n── ${stage.name}: ${stage.proves}`);
    outcomes.push(await runStage(stage, join(folder, `${index}.json`)));
  }
  rmSync(folder, { recursive: true });
  const sum = total(outcomes);
  console.log("");
  for (const [index, { name }] of stages.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) continue;
    console.log(`${name.padEnd(16)} ${closingLine(outcome)} (${Math.round(outcome.seconds)} s)`);
  }
  const report = args[args.indexOf("--report") + 1];
  if (args.includes("--report") && report !== undefined) {
    writeReport(report, { stages, outcomes, command: full ? "make test-all" : "make test" });
  }
  console.log(closingLine(sum));
  process.exitCode = sum.failed === 0 ? 0 : 1;
}

async function runStage(stage: Stage, report: string): Promise<Outcome> {
  const started = Date.now();
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const child = spawn("node_modules/.bin/vitest", ["run", ...reporters, ...stage.args], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...stage.environment },
  });
  const exitCode = await new Promise<number>((resolve) => {
    child.once("error", () => {
      resolve(1);
    });
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
  return readOutcome(report, exitCode, (Date.now() - started) / 1_000);
}

await main(process.argv.slice(2));
