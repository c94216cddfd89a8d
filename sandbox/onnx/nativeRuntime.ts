import { createRequire } from "node:module";
import type * as ort from "onnxruntime-web/wasm";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { SandboxFault } from "../faults.js";
import { nativeDigest } from "./nativeDigest.js";
import { NATIVE_OPTIONS, NATIVE_PACKAGE } from "./nativeOptions.js";
import { findNativePackage } from "./nativePackage.js";
import { type ModelRuntime, OnnxSession, RuntimeRefusal, speaksOfMemory } from "./session.js";
import { WEIGHTS_FILE } from "./weights.js";

/** What both builds of the runtime have. */
type OrtPackage = Pick<typeof ort, "InferenceSession" | "Tensor" | "env">;

/**
 * The native model engine: the same profile, formulas and session options as everywhere, on the
 * processor itself. Loads native code: only a process that is allowed to may make one.
 */
export class NativeRuntime implements ModelRuntime {
  readonly #ort: OrtPackage;

  /**
   * Throws a {@link SandboxFault} when the package is not there, or options or profile are not the
   * pinned ones.
   */
  constructor() {
    const digest = nativeDigest();
    if (!equalBytes(digest, NATIVE_ENGINE.binarySha256)) {
      throw new SandboxFault(`the native runtime with its profile has hash ${toHex(digest)}`);
    }
    const finding = findNativePackage();
    if (finding.found === undefined) throw new SandboxFault(finding.reason);
    try {
      this.#ort = createRequire(import.meta.url)(NATIVE_PACKAGE.name) as OrtPackage;
    } catch (error) {
      throw new SandboxFault("the native runtime does not load", { cause: error });
    }
    this.#ort.env.logLevel = "fatal";
  }

  async createSession(file: Uint8Array, weights?: Uint8Array): Promise<OnnxSession> {
    const { InferenceSession, Tensor } = this.#ort;
    const externalData = weights === undefined ? [] : [{ path: WEIGHTS_FILE, data: weights }];
    try {
      const session = await InferenceSession.create(file, { ...NATIVE_OPTIONS, externalData });
      return new OnnxSession(session, { Tensor, explain });
    } catch (error) {
      throw explain(error);
    }
  }
}

/**
 * What the runtime itself says is a verdict unless it speaks of memory. The binding throws other
 * kinds of errors for wrong use of it.
 */
function explain(error: unknown): Error {
  const isStatus = error instanceof Error && error.constructor === Error;
  if (isStatus && !speaksOfMemory(error.message)) return new RuntimeRefusal({ cause: error });
  return new SandboxFault("the native runtime failed", { cause: error });
}
