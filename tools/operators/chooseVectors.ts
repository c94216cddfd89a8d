import { readFileSync, writeFileSync } from "node:fs";
import {
  type CaseResult,
  type OperatorCase,
  type OperatorVector,
  runCase,
} from "#sandbox/conformance/operatorVector.js";
import { OPERATOR_VECTOR_FILE } from "#sandbox/conformance/operatorVectorFile.js";
import { ModelRefusal } from "#sandbox/onnx/errors.js";
import { allOperators, findOperator } from "#sandbox/onnx/profile.js";
import { OnnxRuntime, RuntimeRefusal } from "#sandbox/onnx/runtime.js";

/** Vectors of one operator. */
const MOST = 5;

/** Cases of an operator that agree with ONNX, and why others are not among them. */
interface Tried {
  readonly agreeing: OperatorVector[];
  readonly problems: Map<string, string>;
}

/** Runs the cases that `export_cases.py` wrote and keeps a few for each operator. */
async function main(): Promise<void> {
  const runtime = new OnnxRuntime();
  const tried = new Map<string, Tried>();
  for (const line of readFileSync(process.argv[2] ?? "cases.jsonl", "utf8")
    .trimEnd()
    .split("\n")) {
    const entry = JSON.parse(line) as OperatorCase;
    if (findOperator(entry.operator) === undefined) continue;
    const so: Tried = tried.get(entry.operator) ?? { agreeing: [], problems: new Map() };
    tried.set(entry.operator, so);
    const result = await attempt(runtime, entry);
    if (typeof result === "string") so.problems.set(`${entry.name}@${entry.version}`, result);
    else so.agreeing.push({ ...entry, digest: result.digest });
  }
  report(tried);
  const chosen = allOperators().flatMap(({ name }) => choose(tried.get(name)?.agreeing ?? []));
  const lines = chosen.map((vector) => JSON.stringify(vector));
  writeFileSync(OPERATOR_VECTOR_FILE, `${lines.join("\n")}\n`);
  process.stdout.write(`${chosen.length} vectors\n`);
}

async function attempt(runtime: OnnxRuntime, entry: OperatorCase): Promise<CaseResult | string> {
  try {
    const result = await runCase(runtime, entry);
    return result.mismatch === undefined ? result : `departs: ${result.mismatch}`;
  } catch (error) {
    if (error instanceof ModelRefusal) return `profile: ${error.message}`;
    if (error instanceof RuntimeRefusal) return `runtime: ${String(error.cause).slice(-200)}`;
    return `fault: ${String((error as Error).cause ?? error).slice(0, 200)}`;
  }
}

/** Short ones first; each adds a version of the operator or an element type. */
function choose(vectors: readonly OperatorVector[]): OperatorVector[] {
  const sorted = [...vectors].sort((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
  const chosen: OperatorVector[] = [];
  const seen = new Set<string>();
  for (const vector of sorted) {
    const marks = [`version ${vector.version}`, `type ${vector.inputs[0]?.type ?? 0}`];
    const isNew = marks.some((mark) => !seen.has(mark));
    if (!isNew || chosen.length >= MOST) continue;
    for (const mark of marks) seen.add(mark);
    chosen.push(vector);
  }
  return chosen;
}

function weight({ model, inputs, outputs }: OperatorCase): number {
  return [...inputs, ...outputs].reduce((sum, { data }) => sum + data.length, model.length);
}

function report(tried: ReadonlyMap<string, Tried>): void {
  for (const [operator, { agreeing, problems }] of tried) {
    for (const [name, problem] of problems)
      process.stderr.write(`${operator} ${name} ${problem}\n`);
    if (agreeing.length === 0) process.stdout.write(`${operator}: no case agrees\n`);
  }
  for (const { name } of allOperators()) {
    if (!tried.has(name)) process.stdout.write(`${name}: no case\n`);
  }
}

await main();
