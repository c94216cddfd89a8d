import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type NetworkResult, runNetwork } from "#sandbox/conformance/networkVector.js";
import { readNetworkVectors } from "#sandbox/conformance/networkVectorFile.js";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { packageRoot } from "#sandbox/worker/permissions.js";

const FILE = join("sandbox", "conformance", "networkResults.ts");
const LIST = /(ExpectedNetwork\s*>)\(\[[^]*\]\);/;

/**
 * Runs every network on this machine's model engine and writes what it gives into
 * `networkResults.ts`. Fails where outputs are not those of the program that made the network.
 */
async function main(): Promise<void> {
  const runtime = new OnnxRuntime();
  const entries: string[] = [];
  for (const vector of readNetworkVectors()) {
    const file = readFileSync(join(packageRoot(), vector.model));
    const result = await runNetwork(runtime, vector, file);
    if (result.mismatch !== undefined) throw new Error(`${vector.name}: ${result.mismatch}`);
    entries.push(entryOf(vector.name, result));
  }
  const path = join(packageRoot(), FILE);
  writeFileSync(path, readFileSync(path, "utf8").replace(LIST, `$1([${entries.join("\n")}]);`));
}

function entryOf(name: string, { digest, gas, peakBytes, refusal }: NetworkResult): string {
  const said = refusal === undefined ? "undefined" : JSON.stringify(refusal);
  return `[${JSON.stringify(name)}, {
    digest: "${digest}", gas: ${gas}n, peakBytes: ${peakBytes}n, refusal: ${said} }],`;
}

await main();
