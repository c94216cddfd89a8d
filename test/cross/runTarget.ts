import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import {
  type Answers,
  type Comparison,
  compareGroup,
  type Digests,
  type ProbeTask,
  readAnswers,
} from "./answers.js";
import type { Host } from "./host.js";
import { NotToBeHad } from "./packages.js";
import type { Program, Target } from "./targets.js";

/** What was seen of a target. */
export interface TargetResult {
  readonly target: Target;
  readonly emulator: string;
  readonly host: Host | undefined;
  readonly comparisons: readonly Comparison[];
  /** What the node's own check said in a sandbox process of that machine. */
  readonly gate: string;
  /** Why nothing or not everything ran; empty when all did. */
  readonly problem: string;
  readonly verdict: "equal" | "different" | "refused" | "failed" | "not run" | "left out";
  readonly seconds: number;
}

/** Compiled programs that run on targets. */
export interface Entries {
  readonly probe: string;
  readonly child: string;
}

/** Beside the emulation somebody works on this machine. */
const NICENESS = 15;
const TIME_LIMIT_MS = 3_600_000;
const STDERR_LENGTH = 300;
const NOTHING = { emulator: "", host: undefined, comparisons: [], gate: "", problem: "" };

/** Runs a target and compares it with the expected digests. */
export async function runTarget(
  target: Target,
  task: Omit<ProbeTask, "groups">,
  { entries, expected }: { readonly entries: Entries; readonly expected: Digests },
): Promise<TargetResult> {
  const started = Date.now();
  const end = (result: Partial<TargetResult>): TargetResult => ({
    ...NOTHING,
    target,
    verdict: "failed",
    seconds: Math.round((Date.now() - started) / 1_000),
    ...result,
  });
  try {
    const program = await target.obtain();
    const { emulator } = program;
    const gate = await askGate(target, program, entries.child);
    const probe = await runProbe(target, program, { ...task, entry: entries.probe });
    const { host, digests } = probe;
    const comparisons = target.groups.map((group) => compareGroup(group, digests, expected));
    return end({ emulator, host, comparisons, gate, ...judge(target, comparisons, gate) });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return end({ problem, verdict: error instanceof NotToBeHad ? "not run" : "failed" });
  }
}

/** The result of a target whose turn has not come. */
export function leftOut(target: Target): TargetResult {
  return { ...NOTHING, target, verdict: "left out", seconds: 0 };
}

const CONFORMS = "conforms";

function judge(
  { refusal }: Target,
  comparisons: readonly Comparison[],
  gate: string,
): Pick<TargetResult, "verdict" | "problem"> {
  if (comparisons.some(({ different }) => different.length > 0)) {
    return { verdict: "different", problem: "" };
  }
  if (refusal === undefined) {
    return gate === CONFORMS
      ? { verdict: "equal", problem: "" }
      : { verdict: "different", problem: `the node's own check: ${gate}` };
  }
  return gate.includes(refusal)
    ? { verdict: "refused", problem: gate }
    : { verdict: "failed", problem: `should be refused, but the node's own check: ${gate}` };
}

/** What a node on that machine would find out at its start, by its own sandbox process. */
async function askGate({ flags }: Target, node: Program, entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "aivm-cross-"));
  const limits = { startMs: TIME_LIMIT_MS, validationMs: TIME_LIMIT_MS };
  const pool = new SandboxPool({ artifactFolder: folder, entry, flags, node, limits });
  try {
    const result = await pool.checkConformance();
    return result.conforms ? CONFORMS : result.reason;
  } finally {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runProbe(
  { groups, flags }: Target,
  { command: [program, ...before] }: Program,
  { entry, ...task }: Omit<ProbeTask, "groups"> & { readonly entry: string },
): Promise<Answers> {
  const argument = JSON.stringify({ ...task, groups });
  const child = spawn(program, [...before, ...flags, entry, argument], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIME_LIMIT_MS,
  });
  if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => {
      resolve(status ?? signal ?? 0);
    });
  });
  if (code !== 0) throw new Error(`ended with ${code}: ${lastWords(stderr)}`);
  return readAnswers(stdout);
}

function lastWords(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ").slice(0, STDERR_LENGTH);
}
