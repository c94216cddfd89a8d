import { join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "#sandbox/worker/permissions.js";

/** Layers of the release that a faulty node uses as they are. */
const RELEASED = ["#app/*", "#core/*", "#modules/*", "#node/*", "#sandbox/*", "#server/*"];

/**
 * Builds the faulty node and gives the path of its program. Faults are compiled from the sources;
 * everything else is the release in `dist`, so that what is tested is what runs.
 */
export async function compileFaultyNode(): Promise<string> {
  const root = packageRoot();
  const outfile = join(root, "dist", ".faulty-node", `main-${process.pid}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: ["test/faults/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["aivm-source"],
    packages: "bundle",
    external: RELEASED,
    logLevel: "error",
  });
  return outfile;
}
