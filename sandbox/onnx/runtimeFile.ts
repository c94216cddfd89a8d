import { createRequire } from "node:module";

/** Path of the model engine's WebAssembly file, as the package manager installed it. */
export function runtimeFile(): string {
  return createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
}
