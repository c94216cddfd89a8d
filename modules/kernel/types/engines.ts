import type { Engine } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromHex, toHex } from "#core/primitives/bytes.js";
import { assertDefined } from "#core/primitives/assert.js";

/** Runs models: onnxruntime-web's WebAssembly, one thread (`docs/spec/sandbox.md`). */
export const MODEL_ENGINE: Engine = {
  name: "ort-wasm",
  version: "1.30.0",
  binarySha256: digest("893fb26ac415f33696a55b4f7df34934f877706bb0bd236fdde829f6f7e60eff"),
};

/**
 * Runs models on the processor itself: onnxruntime-node, one thread. Its results differ in last
 * bits from machine to machine, so only kernels that aggregate by distribution may name it. Its
 * binaries differ by platform: the hash is that of what fixes results, in words
 * (`sandbox/onnx/nativeDigest.ts`).
 */
export const NATIVE_ENGINE: Engine = {
  name: "ort-native",
  version: "1.30.0",
  binarySha256: digest("5f1aea5098f1175b5a3d1565a6b70ac00e658391f0c439bd83ab4d9fc313d449"),
};

/**
 * Runs inference and aggregation code: QuickJS in WebAssembly, instrumented to count gas exactly.
 */
export const CODE_ENGINE: Engine = {
  name: "quickjs",
  version: "0.32.0-meter.4",
  binarySha256: digest("7547fa493be1734c7831785b8f30cf41a47903f72a6f51072d3439be039ea739"),
};

/** An engine as the parameter `engines` lists it: name, version and hash with slashes between. */
export function engineText({ name, version, binarySha256 }: Engine): string {
  return `${name}/${version}/${toHex(binarySha256)}`;
}

function digest(hex: string): Uint8Array {
  return assertDefined(fromHex(hex), "a digest is hex");
}
