import { createRequire } from "node:module";

/** Path of the code engine's WebAssembly file, as the package manager installed it. */
export function quickJsFile(): string {
  return createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
}
