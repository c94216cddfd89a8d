import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { NATIVE_PACKAGE } from "./nativeOptions.js";

/** Folders of the packages that the native engine is made of. */
export interface NativePackage {
  readonly folders: readonly string[];
}

/** Where the native engine lies, or why there is none. */
export type NativeFinding =
  { readonly found: NativePackage } | { readonly found: undefined; readonly reason: string };

/** Packages that the runtime's script requires. */
const REQUIRED = ["onnxruntime-common"];

/**
 * Looks for the native engine, whose package is an optional dependency: where its binary is not to
 * be had, the rest is installed without it. `from` is the file whose packages are looked at.
 */
export function findNativePackage(from = import.meta.url): NativeFinding {
  const require = createRequire(from);
  const { name, version } = NATIVE_PACKAGE;
  try {
    const file = require.resolve(`${name}/package.json`);
    const { version: installed } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
    if (installed !== version) {
      return { found: undefined, reason: `${name} ${installed} is installed, not ${version}` };
    }
    const inner = createRequire(file);
    const others = REQUIRED.map((other) => packageFolder(inner.resolve(other)));
    return { found: { folders: [dirname(file), ...others] } };
  } catch (error) {
    const problem = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { found: undefined, reason: `${name} is not installed: ${problem}` };
  }
}

/** Folder of the package that a file belongs to. */
function packageFolder(file: string): string {
  const marker = join("node_modules", "onnxruntime-common");
  return file.slice(0, file.lastIndexOf(marker) + marker.length);
}
