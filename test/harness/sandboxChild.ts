import { join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "#sandbox/worker/permissions.js";

/**
 * Compiles the sandbox's child process from the sources, so that tests never run a stale build,
 * and gives the path of its entry point. It lies under `dist`, which the child may read; callers
 * remove it.
 */
export async function buildSandboxChild(): Promise<string> {
  const root = packageRoot();
  const outfile = join(root, "dist", ".sandbox-test", `child-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, "sandbox", "worker", "child.ts")],
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
