import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web/wasm";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import { SandboxFault } from "../faults.js";
import { engineDigest } from "./engineDigest.js";
import { runtimeFile } from "./runtimeFile.js";
import { type ModelRuntime, OnnxSession, RuntimeRefusal, speaksOfMemory } from "./session.js";
import { WEIGHTS_FILE } from "./weights.js";
import { hasVectorInstructions } from "./simd.js";

export { type ModelRuntime, type NamedTensor, OnnxSession, RuntimeRefusal } from "./session.js";

/**
 * Part of the engine's identity: another level fuses other nodes and may change the last bits of
 * a result. One thread, because the order in which threads add floats is not determined.
 */
const SESSION_OPTIONS: ort.InferenceSession.SessionOptions = {
  executionProviders: ["wasm"],
  graphOptimizationLevel: "extended",
  executionMode: "sequential",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
};

const NO_VECTORS =
  "this processor lacks the vector instructions of the model engine: on x86-64 it needs SSE4.1";

/** The model engine: creates sessions on the pinned binary. One for each process. */
export class OnnxRuntime implements ModelRuntime {
  /**
   * Throws a {@link SandboxFault} when the installed binary or the profile is not the pinned one,
   * or this processor cannot run it.
   */
  constructor() {
    if (!hasVectorInstructions()) throw new SandboxFault(NO_VECTORS);
    const binary = readFileSync(runtimeFile());
    const found = engineDigest(binary);
    if (!equalBytes(found, MODEL_ENGINE.binarySha256)) {
      throw new SandboxFault(`the ONNX runtime with its profile has sha256 ${toHex(found)}`);
    }
    ort.env.logLevel = "fatal";
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.proxy = false;
    ort.env.wasm.wasmBinary = binary;
  }

  async createSession(file: Uint8Array, weights?: Uint8Array): Promise<OnnxSession> {
    const externalData = weights === undefined ? [] : [{ path: WEIGHTS_FILE, data: weights }];
    const options = { ...SESSION_OPTIONS, externalData };
    try {
      const session = await ort.InferenceSession.create(file, options);
      return new OnnxSession(session, { Tensor: ort.Tensor, explain });
    } catch (error) {
      throw explain(error);
    }
  }
}

/**
 * A status of the runtime is a verdict unless it speaks of memory. Traps and everything else are
 * the host's.
 */
function explain(error: unknown): Error {
  const text = error instanceof Error ? error.message : "";
  const status = /ERROR_CODE: \d+/.test(text) && !speaksOfMemory(text);
  if (status) return new RuntimeRefusal({ cause: error });
  return new SandboxFault("the model runtime failed", { cause: error });
}
