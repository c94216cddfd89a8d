import { build } from "esbuild";
import { assertDefined } from "#core/primitives/assert.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { ExtensionOptions } from "./keplrExtension.js";

/**
 * A script that puts what stands for Keplr into a page, as the extension does before the page's
 * own.
 */
export async function extensionScript(options: ExtensionOptions): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: packageRoot(),
    entryPoints: ["test/e2e/explorer/keplrExtension.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "keplrExtension",
    platform: "browser",
    conditions: ["aivm-source", "browser"],
    logLevel: "error",
  });
  const { text } = assertDefined(outputFiles[0], "one file was made");
  return `${text}\nkeplrExtension.installKeplr(${JSON.stringify(options)});`;
}
