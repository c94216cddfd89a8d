import type { InferenceSession } from "onnxruntime-web/wasm";

/**
 * The package of the native engine, which is optional, and the version that the engine is named
 * after.
 */
export const NATIVE_PACKAGE = { name: "onnxruntime-node", version: "1.30.0" } as const;

/**
 * Options of every session of the native engine; part of its identity. The level is that of the
 * WebAssembly engine: the next one up chooses layouts by the processor. One thread, because the
 * order in which threads add floats is not determined. Without arena and memory pattern a session
 * takes what a run needs and gives it back, so that its memory does not depend on runs before.
 */
export const NATIVE_OPTIONS = {
  executionProviders: ["cpu"],
  graphOptimizationLevel: "extended",
  executionMode: "sequential",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: false,
  enableMemPattern: false,
  logSeverityLevel: 4,
} as const satisfies InferenceSession.SessionOptions;
