import { createReadStream, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { MeasuredOperator } from "#sandbox/onnx/measured.js";
import { type OnnxSession, OnnxRuntime } from "#sandbox/onnx/runtime.js";

/** A model that the runtime may take or not, as `export_cases.py` writes it. */
interface Trial {
  readonly operator: string;
  readonly since: number;
  readonly version: number;
  /** The element type of its first input; null where it has none, or one of no use. */
  readonly type: number | null;
  readonly model: string;
}

interface Found {
  readonly since: number;
  until: number;
  readonly types: Set<number>;
}

const TARGET = new URL("../../sandbox/onnx/measured.ts", import.meta.url);

const HEAD = `/** What the pinned runtime was found to take of an operator. */
export interface MeasuredOperator {
  /** First operator set, of those that the profile covers, that has the operator. */
  readonly since: number;
  /** Last operator set whose form of the operator the runtime implements. */
  readonly until: number;
  /** Element types that the first input may have; none where there are no inputs. */
  readonly types: readonly number[];
}

/** Written by \`tools/operators/measure.ts\`: every operator that the pinned runtime implements. */
export const MEASURED: ReadonlyMap<string, MeasuredOperator> = new Map<string, MeasuredOperator>([
`;

/** Tries every trial model on the pinned runtime and writes the table of what it takes. */
async function main(): Promise<void> {
  const runtime = new OnnxRuntime();
  const found = new Map<string, Found>();
  const lines = createInterface({ input: createReadStream(process.argv[2] ?? "trials.jsonl") });
  for await (const line of lines) {
    const trial = JSON.parse(line) as Trial;
    if (!(await isTaken(runtime, trial))) continue;
    const entry = found.get(trial.operator) ?? { since: trial.since, until: 0, types: new Set() };
    entry.until = Math.max(entry.until, trial.version);
    if (trial.type !== null) entry.types.add(trial.type);
    found.set(trial.operator, entry);
  }
  const names = [...found.keys()].sort();
  writeFileSync(TARGET, `${HEAD}${names.map((name) => row(name, found.get(name))).join("")}]);\n`);
  process.stdout.write(`${names.length} operators\n`);
}

async function isTaken(runtime: OnnxRuntime, { model }: Trial): Promise<boolean> {
  let session: OnnxSession;
  try {
    session = await runtime.createSession(new Uint8Array(Buffer.from(model, "base64")));
  } catch {
    // A refusal, or a type that the package around the runtime cannot hand over.
    return false;
  }
  await session.release();
  return true;
}

function row(name: string, found: Found | undefined): string {
  const { since = 0, until = 0, types = new Set<number>() } = found ?? {};
  const measured: MeasuredOperator = { since, until, types: [...types].sort((a, b) => a - b) };
  return `  ["${name}", { since: ${measured.since}, until: ${measured.until}, types: [${measured.types.join(", ")}] }],\n`;
}

await main();
