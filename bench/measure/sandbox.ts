import * as ort from "onnxruntime-web/wasm";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import type { ExecutionTask } from "#sandbox/executor.js";
import { residentBytes } from "../network/usage.js";

/** A kernel that executions are asked of. */
export interface LoadedLoad {
  readonly artifactFolder: string;
  /** One execution of it. */
  task(index: number): ExecutionTask;
}

/** Executions that each process of the sandbox is kept busy with. */
const WINDOW = 32;
/** Executions in one call: those of a request with 16 inputs. */
const REQUEST = 16;
/** What engines are given to get going. */
export const WARM_UP_SECONDS = 1;

/** What a sandbox does when nothing but one loop asks it. */
export interface SandboxLoad {
  /** Executions per second. */
  readonly rate: number;
  /** Memory of its largest process that is in RAM, in bytes. */
  readonly processBytes: number;
}

/**
 * Keeps a sandbox busy with executions of one kernel; of the native engine, if its packages are
 * given.
 */
export async function loadSandbox(
  kernel: LoadedLoad,
  processes: number,
  seconds: number,
  nativeFolders?: readonly string[],
): Promise<SandboxLoad> {
  const pool = new SandboxPool({
    artifactFolder: kernel.artifactFolder,
    processes,
    ...(nativeFolders === undefined ? {} : { nativeFolders }),
  });
  try {
    await executionsWithin(pool, kernel, { processes, seconds: WARM_UP_SECONDS });
    const startMs = performance.now();
    const done = await executionsWithin(pool, kernel, { processes, seconds });
    const rate = (done * 1000) / (performance.now() - startMs);
    return { rate, processBytes: Math.max(...pool.processIds().map(residentBytes)) };
  } finally {
    await pool.close();
  }
}

async function executionsWithin(
  pool: SandboxPool,
  kernel: LoadedLoad,
  load: { readonly processes: number; readonly seconds: number },
): Promise<number> {
  const endMs = performance.now() + load.seconds * 1000;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const tasks = Array.from({ length: REQUEST }, (_, index) => kernel.task(index));
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

/** Runs per second of a bare model in this process: one thread, no kernel code around it. */
export async function bareRate(
  model: Uint8Array,
  seconds: number,
  dims: readonly number[] = [1, 64],
): Promise<number> {
  // Sets the engine up as the sandbox has it.
  new OnnxRuntime();
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "extended",
    executionMode: "sequential",
    logSeverityLevel: 4,
  });
  const [name = ""] = session.inputNames;
  const elements = dims.reduce((product, extent) => product * extent, 1);
  const tensor = new ort.Tensor("float32", new Float32Array(elements).fill(0.5), dims);
  const feeds = { [name]: tensor };
  await runsPerSecond(session, feeds, WARM_UP_SECONDS);
  const rate = await runsPerSecond(session, feeds, seconds);
  await session.release();
  return rate;
}

/** Runs of a session per second, one after the other. */
export async function runsPerSecond(
  session: ort.InferenceSession,
  feeds: Record<string, ort.Tensor>,
  seconds: number,
): Promise<number> {
  const startMs = performance.now();
  let runs = 0;
  let elapsedMs = 0;
  for (; elapsedMs < seconds * 1000; runs++) {
    await session.run(feeds);
    elapsedMs = performance.now() - startMs;
  }
  return (runs * 1000) / elapsedMs;
}
