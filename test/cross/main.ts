import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CONFORMANCE_DIGESTS } from "#sandbox/conformance/digests.js";
import { NETWORK_RESULTS } from "#sandbox/conformance/networkResults.js";
import { NETWORK_VECTOR_FILE } from "#sandbox/conformance/networkVectorFile.js";
import {
  OPERATOR_VECTOR_FILE,
  readOperatorVectors,
} from "#sandbox/conformance/operatorVectorFile.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { buildProgram } from "../hostile/buildProgram.js";
import { type Digests, type Group, operatorVectorName } from "./answers.js";
import { type Entries, leftOut, runTarget, type TargetResult } from "./runTarget.js";
import { stoppedCodeDigests } from "./stoppedCode.js";
import { renderTable, replaceTable } from "./table.js";
import { COMBINED, type Target, TARGETS } from "./targets.js";

/**
 * `make test-cross`: the same bits on other processors and under other compilers.
 *
 *     main.ts [--only part-of-a-name]… [--combined] [--write page]
 *
 * `--combined` runs emulated processors with one compiler alone as well, some ten minutes each.
 * Fails when a digest differs or a target fails; what cannot be had here is said, not counted.
 */
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    combined: { type: "boolean", default: false },
    write: { type: "string" },
  },
});

async function main(): Promise<void> {
  const entries: Entries = {
    probe: await buildProgram(new URL("probe.ts", import.meta.url)),
    child: await buildSandboxChild(),
  };
  try {
    report(await runAll(chosenTargets(), entries));
  } finally {
    for (const file of [entries.probe, entries.child]) rmSync(file, { force: true });
  }
}

function chosenTargets(): readonly Target[] {
  const { only } = values;
  const all = allTargets();
  if (only.length === 0) return all;
  return all.filter(({ name }) => only.some((part) => name.includes(part)));
}

function allTargets(): readonly Target[] {
  return values.combined ? [...TARGETS, ...COMBINED] : TARGETS;
}

/** Runs one target after the other; the page is written after each, so that a run may be ended. */
async function runAll(targets: readonly Target[], entries: Entries): Promise<TargetResult[]> {
  const task = {
    root: packageRoot(),
    operatorFile: fileURLToPath(OPERATOR_VECTOR_FILE),
    networkFile: fileURLToPath(NETWORK_VECTOR_FILE),
  };
  const expected = expectedDigests();
  const results: TargetResult[] = [];
  for (const target of targets) {
    const result = await runTarget(target, task, { entries, expected });
    results.push(result);
    print(lineOf(result));
    writePage(results);
  }
  return results;
}

/** The committed digests; those of stopped code are what this very process gives. */
function expectedDigests(): Digests {
  const operators = readOperatorVectors().map(
    (vector, index) => [operatorVectorName(index, vector), vector.digest] as const,
  );
  const networks = [...NETWORK_RESULTS].map(([name, { digest }]) => [name, digest] as const);
  return new Map<Group, ReadonlyMap<string, string>>([
    ["conformance", CONFORMANCE_DIGESTS],
    ["operators", new Map(operators)],
    ["networks", new Map(networks)],
    ["stopped code", stoppedCodeDigests()],
  ]);
}

function lineOf({ target, verdict, problem, comparisons, host, seconds }: TargetResult): string {
  const counts = comparisons.map(({ group, vectors, different }) =>
    different.length === 0
      ? `${group} ${vectors}`
      : `${group} ${vectors}, different: ${different.join(", ")}`,
  );
  const where = host === undefined ? "" : ` [${host.architecture}, Node ${host.node}]`;
  const facts = [...counts, problem].filter((text) => text !== "").join("; ");
  return `${verdict.padEnd(9)} ${target.name}${where}: ${facts} (${seconds} s)`;
}

function report(results: readonly TargetResult[]): void {
  const failed = results.filter(({ verdict }) => verdict === "different" || verdict === "failed");
  const passed = results.filter(({ verdict }) => verdict === "equal" || verdict === "refused");
  const skipped = results.length - failed.length - passed.length;
  print(`${passed.length} passed, ${failed.length} failed, ${skipped} skipped`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function writePage(results: readonly TargetResult[]): void {
  const { write } = values;
  if (write === undefined) return;
  const [cpu] = cpus();
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    command: ["make test-cross", ...argumentsText()].join(" "),
    cpu: (cpu?.model ?? "").trim(),
  };
  const all = allTargets().map(
    (target) => results.find((result) => result.target === target) ?? leftOut(target),
  );
  const page = readFileSync(write, "utf8");
  writeFileSync(write, replaceTable(page, renderTable(all, facts, page)));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function argumentsText(): string[] {
  const args = process.argv.slice(2).map((arg) => (arg.includes(" ") ? `'${arg}'` : arg));
  return args.length === 0 ? [] : [`ARGS="${args.join(" ")}"`];
}

await main();
