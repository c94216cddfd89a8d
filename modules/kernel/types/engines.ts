import type { Engine } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromHex, toHex } from "#core/primitives/bytes.js";
import { assertDefined } from "#core/primitives/assert.js";

/** Runs models: onnxruntime-web's WebAssembly, one thread (`docs/spec/sandbox.md`). */
export const MODEL_ENGINE: Engine = {
  name: "ort-wasm",
  version: "1.30.0",
  binarySha256: digest("520988cb95a7b3d6c558e9aca3ad98fcb88f894da8b9eabdba283346306d4dd6"),
};

/** Runs inference and aggregation code: QuickJS in WebAssembly, instrumented to count gas exactly. */
export const CODE_ENGINE: Engine = {
  name: "quickjs",
  version: "0.32.0-meter.2",
  binarySha256: digest("410b3c7175876141e3716443602dc977c8c9eb1f24d5d52d9b03ac573d643ece"),
};

/** An engine as the parameter `engines` lists it: name, version and hash with slashes between. */
export function engineText({ name, version, binarySha256 }: Engine): string {
  return `${name}/${version}/${toHex(binarySha256)}`;
}

function digest(hex: string): Uint8Array {
  return assertDefined(fromHex(hex), "a digest is hex");
}
