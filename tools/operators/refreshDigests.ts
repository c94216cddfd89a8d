import { readFileSync, writeFileSync } from "node:fs";
import { type OperatorVector, runCase } from "#sandbox/conformance/operatorVector.js";
import { OPERATOR_VECTOR_FILE } from "#sandbox/conformance/operatorVectorFile.js";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";

/**
 * Writes the digests of the committed operator vectors anew, for when gas changed and nothing else:
 * outputs must still agree with ONNX's. Prints how many digests are others.
 */
const runtime = new OnnxRuntime();
const lines: string[] = [];
let changed = 0;
for (const line of readFileSync(OPERATOR_VECTOR_FILE, "utf8").trimEnd().split("\n")) {
  const vector = JSON.parse(line) as OperatorVector;
  const { digest, mismatch } = await runCase(runtime, vector);
  if (mismatch !== undefined) throw new Error(`${vector.name}: ${mismatch}`);
  if (digest !== vector.digest) changed++;
  lines.push(JSON.stringify({ ...vector, digest }));
}
writeFileSync(OPERATOR_VECTOR_FILE, `${lines.join("\n")}\n`);
process.stdout.write(`${changed} of ${lines.length} digests changed\n`);
