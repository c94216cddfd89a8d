import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { CodeAggregator } from "#sandbox/quickjs/aggregator.js";
import { EnginePools } from "#sandbox/worker/enginePools.js";
import { type Finding, findings, sentenceOf } from "./check.js";

const ADVICE =
  "this machine must not run kernels: set inference.enable = false in app.toml, or install a supported Node.js and the dependencies again";

/**
 * Runs every conformance vector on this machine's engines, as a node does when it starts; takes
 * some seconds.
 */
export async function checkEngines(): Promise<Finding> {
  const check = findings("engines");
  const folder = mkdtempSync(join(tmpdir(), "aivm-doctor-"));
  const sandbox = new EnginePools({ artifactFolder: folder, processes: 1 });
  try {
    new CodeAggregator();
    const result = await sandbox.checkConformance();
    if (!result.conforms) return check.fail(result.reason, ADVICE);
    const names = [MODEL_ENGINE, CODE_ENGINE].map(({ name, version }) => `${name} ${version}`);
    const sentence = `${names.join(", ")} reproduce every reference result`;
    return check.ok(`${sentence}; ${await nativeSentence(sandbox)}`);
  } catch (error) {
    return check.fail(sentenceOf(error), ADVICE);
  } finally {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Optional: a machine without it serves every kernel but those that name it. */
async function nativeSentence(sandbox: EnginePools): Promise<string> {
  const name = `${NATIVE_ENGINE.name} ${NATIVE_ENGINE.version}`;
  const problem = await sandbox.nativeProblem();
  return problem === undefined
    ? `${name} is near to them`
    : `${name} is not offered (${problem}), kernels that name it are declined`;
}
