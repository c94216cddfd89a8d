import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { closingLine, type Outcome, total } from "./outcome.js";
import type { Stage } from "./stages.js";

/** Writes what a run of the suite showed, and on which machine, as a page. */
export function writeReport(
  path: string,
  run: {
    readonly stages: readonly Stage[];
    readonly outcomes: readonly Outcome[];
    readonly command: string;
  },
): void {
  const rows = run.stages.map(({ name, proves }, index) => {
    const outcome = run.outcomes[index];
    if (outcome === undefined) return "";
    const seconds = Math.round(outcome.seconds);
    return `| ${name} | ${proves} | ${closingLine(outcome)} | ${seconds} |`;
  });
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const gib = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${gib} GiB, Node ${process.versions.node}`;
  const lines = [
    "# Test report",
    "",
    `Written by \`${run.command}\` on ${new Date().toISOString().slice(0, 10)}, commit ${commit}, ${machine}.`,
    "",
    "| stage | what it proves | outcome | seconds |",
    "|---|---|---|---|",
    ...rows,
    "",
    closingLine(total(run.outcomes)),
    "",
  ];
  writeFileSync(path, lines.join("\n"));
}
