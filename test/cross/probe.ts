import { readFileSync } from "node:fs";
import { join } from "node:path";
import { computeConformanceDigests } from "#sandbox/conformance/checkConformance.js";
import { runNetwork, type NetworkVector } from "#sandbox/conformance/networkVector.js";
import { runCase, type OperatorVector } from "#sandbox/conformance/operatorVector.js";
import type { Engines } from "#sandbox/kernel/loadedKernel.js";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { type Group, operatorVectorName, type ProbeTask } from "./answers.js";
import { describeHost } from "./host.js";
import { stoppedCodeDigests } from "./stoppedCode.js";

/**
 * Runs vectors on the engines of this process, whatever CPU and compiler it has, and prints a line
 * of JSON for the host and for each vector. Its argument is a {@link ProbeTask}.
 */
async function main([argument = "{}"]: readonly string[]): Promise<void> {
  const task = JSON.parse(argument) as ProbeTask;
  print({ host: describeHost() });
  for (const group of task.groups) {
    for (const [name, digest] of await runGroup(group, task)) print({ group, name, digest });
  }
}

async function runGroup(group: Group, task: ProbeTask): Promise<Map<string, string>> {
  if (group === "stopped code") return stoppedCodeDigests();
  const engines: Engines = { program: loadQuickJs(), runtime: new OnnxRuntime() };
  if (group === "conformance") return computeConformanceDigests(engines);
  return group === "operators" ? runOperators(engines, task) : runNetworks(engines, task);
}

async function runOperators(
  { runtime }: Engines,
  { operatorFile }: ProbeTask,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const [index, vector] of readLines<OperatorVector>(operatorFile).entries()) {
    const { digest } = await runCase(runtime, vector);
    digests.set(operatorVectorName(index, vector), digest);
  }
  return digests;
}

async function runNetworks(
  { runtime }: Engines,
  { networkFile, root }: ProbeTask,
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const vector of readLines<NetworkVector>(networkFile)) {
    const file = readFileSync(join(root, vector.model));
    const { digest } = await runNetwork(runtime, vector, file);
    digests.set(vector.name, digest);
  }
  return digests;
}

function readLines<T>(file: string): T[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as T);
}

function print(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main(process.argv.slice(2));
