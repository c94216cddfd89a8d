import type { Engine } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromHex, toHex } from "#core/primitives/bytes.js";
import { assertDefined } from "#core/primitives/assert.js";

/** Runs models: onnxruntime-web's WebAssembly, one thread (`docs/spec/sandbox.md`). */
export const MODEL_ENGINE: Engine = {
  name: "ort-wasm",
  version: "1.30.0",
  binarySha256: digest("3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2"),
};

/** Runs inference and aggregation code: QuickJS in WebAssembly, instrumented to count gas exactly. */
export const CODE_ENGINE: Engine = {
  name: "quickjs",
  version: "0.32.0-meter.1",
  binarySha256: digest("79481318059a6e4f3a7d9271777f5d657c5263692a5982d116aeaf9149ea1261"),
};

/** An engine as the parameter `engines` lists it: name, version and hash with slashes between. */
export function engineText({ name, version, binarySha256 }: Engine): string {
  return `${name}/${version}/${toHex(binarySha256)}`;
}

function digest(hex: string): Uint8Array {
  return assertDefined(fromHex(hex), "a digest is hex");
}
