import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { packageRoot } from "#sandbox/worker/permissions.js";

/**
 * Compiles the entry point of a thread from the sources, so that tests never run a stale build,
 * and gives its URL. `source` is relative to the package, for example `server/query/queryWorker.ts`.
 */
export async function compiledEntry(source: string): Promise<URL> {
  const root = packageRoot();
  const folder = join(root, "dist", ".threads-test");
  mkdirSync(folder, { recursive: true });
  const name = source.replaceAll("/", "-").replace(/\.ts$/, `-${process.pid}.mjs`);
  const outfile = join(folder, name);
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["aivm-source"],
    packages: "external",
    logLevel: "error",
  });
  return pathToFileURL(outfile);
}
