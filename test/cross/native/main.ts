import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildProgram } from "../../hostile/buildProgram.js";
import { NotToBeHad } from "../packages.js";
import { type Target, TARGETS } from "../targets.js";
import type { NativeTask } from "./probe.js";
import {
  compareAnswers,
  KERNEL_FOLDER,
  type ProcessorAnswers,
  type PromptAnswer,
  PROMPTS,
  writeRecording,
} from "./recording.js";
import { renderComparison, replaceComparison } from "./table.js";

/**
 * Runs `kernels/shakespeare-probabilities` on the native engine of several processors, real and
 * emulated, and compares what they answer as the chain does:
 *
 *     main.ts [--write page]
 *
 * Writes the answers beside it. Fails when the chain would not come to one result.
 */
const { values } = parseArgs({ options: { write: { type: "string" } } });

/** Processors with other vector instructions each: what is here, AVX2 with FMA, SSE4. */
const PROCESSORS = ["this CPU", "x86-64 of 2013 (Haswell)", "x86-64 of 2008 (Nehalem)"];
const NICENESS = 15;

async function main(): Promise<void> {
  const entry = await buildProgram(new URL("probe.ts", import.meta.url));
  const answers: ProcessorAnswers[] = [];
  try {
    for (const name of PROCESSORS) {
      const target = TARGETS.find((one) => one.name === name);
      const found = target && (await answersOf(target, entry));
      if (found !== undefined) answers.push(found);
    }
  } finally {
    rmSync(entry, { force: true });
  }
  report(answers);
}

async function answersOf(target: Target, entry: string): Promise<ProcessorAnswers | undefined> {
  try {
    const { command } = await target.obtain();
    const task: NativeTask = { folder: fileURLToPath(KERNEL_FOLDER), prompts: PROMPTS };
    const lines = await run(command, [entry, JSON.stringify(task)]);
    print(`ran       ${target.name}`);
    return { name: target.name, answers: lines.slice(1) };
  } catch (error) {
    if (!(error instanceof NotToBeHad)) throw error;
    print(`not run   ${target.name}: ${error.message}`);
    return undefined;
  }
}

async function run(
  [program, ...before]: readonly [string, ...string[]],
  args: readonly string[],
): Promise<PromptAnswer[]> {
  const child = spawn(program, [...before, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => {
      resolve(status ?? signal ?? 0);
    });
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  const lines = stdout.trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as PromptAnswer);
}

function report(answers: readonly ProcessorAnswers[]): void {
  writeRecording(answers);
  const comparisons = PROMPTS.map((_, position) => compareAnswers(answers, position));
  const table = renderComparison(answers, comparisons);
  print(table);
  const { write } = values;
  if (write !== undefined) {
    writeFileSync(write, replaceComparison(readFileSync(write, "utf8"), table));
  }
  const isOne = comparisons.every(({ results, agreeing }) => {
    return results === 1 && agreeing === answers.length;
  });
  process.exitCode = isOne ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
