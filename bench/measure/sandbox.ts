import * as ort from "onnxruntime-web/wasm";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import type { Digits } from "../load/digits.js";

/** Executions that each process of the sandbox is kept busy with. */
const WINDOW = 32;
/** Executions in one call: those of a request with 16 inputs. */
const REQUEST = 16;
const WARM_UP_SECONDS = 1;

/** Executions per second of the sandbox when nothing but this loop asks it. */
export async function sandboxRate(
  digits: Digits,
  processes: number,
  seconds: number,
): Promise<number> {
  const pool = new SandboxPool({ artifactFolder: digits.artifactFolder, processes });
  try {
    await executionsWithin(pool, digits, { processes, seconds: WARM_UP_SECONDS });
    const startMs = performance.now();
    const done = await executionsWithin(pool, digits, { processes, seconds });
    return (done * 1000) / (performance.now() - startMs);
  } finally {
    await pool.close();
  }
}

async function executionsWithin(
  pool: SandboxPool,
  digits: Digits,
  load: { readonly processes: number; readonly seconds: number },
): Promise<number> {
  const endMs = performance.now() + load.seconds * 1000;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const tasks = Array.from({ length: REQUEST }, (_, index) => digits.task(index));
      for (const outcome of await pool.executeMany(tasks)) {
        if (outcome.kind !== "receipt") throw new Error(outcome.reason);
        done++;
      }
    }
  };
  const lanes = (load.processes * WINDOW) / REQUEST;
  await Promise.all(Array.from({ length: lanes }, lane));
  return done;
}

/** Runs per second of the bare model in this process: one thread, no kernel code around it. */
export async function bareRate(digits: Digits, seconds: number): Promise<number> {
  // Sets the engine up as the sandbox has it.
  new OnnxRuntime();
  const session = await ort.InferenceSession.create(digits.model, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "extended",
    executionMode: "sequential",
    logSeverityLevel: 4,
  });
  const [name = ""] = session.inputNames;
  const feeds = { [name]: new ort.Tensor("float32", new Float32Array(64).fill(0.5), [1, 64]) };
  await runsWithin(session, feeds, WARM_UP_SECONDS);
  const rate = (await runsWithin(session, feeds, seconds)) / seconds;
  await session.release();
  return rate;
}

async function runsWithin(
  session: ort.InferenceSession,
  feeds: Record<string, ort.Tensor>,
  seconds: number,
): Promise<number> {
  const endMs = performance.now() + seconds * 1000;
  let runs = 0;
  for (; performance.now() < endMs; runs++) await session.run(feeds);
  return runs;
}
