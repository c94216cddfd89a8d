import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import { computeConformanceDigests } from "./checkConformance.js";

/** Prints the digests of this machine as `digests.ts` has them: for when an engine changes. */
async function main(): Promise<void> {
  const engines = { program: loadQuickJs(), runtime: new OnnxRuntime() };
  for (const [name, digest] of await computeConformanceDigests(engines)) {
    process.stdout.write(`  ["${name}", "${digest}"],\n`);
  }
}

await main();
