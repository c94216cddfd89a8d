import { join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "#sandbox/worker/permissions.js";

/**
 * Compiles a program of this folder from the sources into one file, which runs under any flags of
 * Node, and gives its path; callers remove it.
 */
export async function buildProgram(name: string): Promise<string> {
  const root = packageRoot();
  const outfile = join(root, "dist", ".sandbox-test", `${name}-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, "test", "hostile", `${name}.ts`)],
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
