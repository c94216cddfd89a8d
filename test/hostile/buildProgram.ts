import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { packageRoot } from "#sandbox/worker/permissions.js";

/**
 * Compiles a program from its source into one file, which runs under any flags of Node, and gives
 * its path; callers remove it.
 */
export async function buildProgram(source: URL): Promise<string> {
  const root = packageRoot();
  const name = basename(source.pathname, ".ts");
  const outfile = join(root, "dist", ".sandbox-test", `${name}-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["aivm-source"],
    packages: "external",
    logLevel: "error",
  });
  return outfile;
}
