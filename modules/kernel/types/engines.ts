import type { Engine } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromHex, toHex } from "#core/primitives/bytes.js";
import { assertDefined } from "#core/primitives/assert.js";

/** Runs models: onnxruntime-web's WebAssembly, one thread (`docs/spec/sandbox.md`). */
export const MODEL_ENGINE: Engine = {
  name: "ort-wasm",
  version: "1.30.0",
  binarySha256: digest("4e5f75ca4d432de04ba625494fcba59f722239da7f036b9c173d48625f28878c"),
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
  binarySha256: digest("dcc561d482dd8c2a9b4f90e91997341e617e287f3367143a891d83e845ed3599"),
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
