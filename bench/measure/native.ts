import { createRequire } from "node:module";
import type * as ort from "onnxruntime-web/wasm";
import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { NATIVE_OPTIONS, NATIVE_PACKAGE } from "#sandbox/onnx/nativeOptions.js";
import { findNativePackage } from "#sandbox/onnx/nativePackage.js";
import { type LoadedLoad, loadSandbox, runsPerSecond, WARM_UP_SECONDS } from "./sandbox.js";

/** Runs and executions per second on the native engine. */
export interface NativeRates {
  readonly bare: number;
  readonly sandbox: number;
}

/** The native engine on the same model and kernel; undefined where it is not installed. */
export async function nativeRates(
  kernel: LoadedLoad & { readonly model: Uint8Array },
  given: { readonly seconds: number; readonly dims: readonly number[] },
): Promise<NativeRates | undefined> {
  const { found } = findNativePackage();
  if (found === undefined) return undefined;
  const bare = await bareNativeRate(kernel.model, given);
  const native: LoadedLoad = {
    artifactFolder: kernel.artifactFolder,
    task: (index) => {
      const task = kernel.task(index);
      return { ...task, manifest: { ...task.manifest, modelEngine: NATIVE_ENGINE } };
    },
  };
  const { rate } = await loadSandbox(native, 1, given.seconds, found.folders);
  return { bare, sandbox: rate };
}

async function bareNativeRate(
  model: Uint8Array,
  { seconds, dims }: { readonly seconds: number; readonly dims: readonly number[] },
): Promise<number> {
  const { InferenceSession, Tensor } = createRequire(import.meta.url)(NATIVE_PACKAGE.name) as Pick<
    typeof ort,
    "InferenceSession" | "Tensor"
  >;
  const session = await InferenceSession.create(model, NATIVE_OPTIONS);
  const [name = ""] = session.inputNames;
  const elements = dims.reduce((product, extent) => product * extent, 1);
  const feeds = { [name]: new Tensor("float32", new Float32Array(elements).fill(0.5), dims) };
  await runsPerSecond(session, feeds, WARM_UP_SECONDS);
  const rate = await runsPerSecond(session, feeds, seconds);
  await session.release();
  return rate;
}
