import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { packageRoot } from "#sandbox/worker/permissions.js";

/** Folders that the daemon is made of. */
const SOURCES = [
  "app",
  "clients",
  "cmd",
  "core",
  "modules",
  "node",
  "sandbox",
  "server",
  "testnet",
];

/** The program, compiled from the sources as they are now. */
export interface PrivateBuild {
  /** Entry point of aivmd. */
  readonly entry: string;
  remove(): void;
}

/**
 * Compiles the whole program file by file, as a release is, into a package of its own below
 * `dist`: tests of processes then run today's sources, threads and sandbox included, whatever was
 * built before, and get in nobody's way.
 */
export async function privateBuild(): Promise<PrivateBuild> {
  const root = packageRoot();
  const folder = join(root, "dist", `.e2e-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
  await build({
    absWorkingDir: root,
    entryPoints: SOURCES.flatMap((name) => sourcesOf(root, name)),
    outdir: join(folder, "dist"),
    outbase: ".",
    bundle: false,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "error",
  });
  return {
    entry: join(folder, "dist/cmd/aivmd/main.js"),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function sourcesOf(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sourcesOf(root, path);
    return /(?<!\.test|\.d)\.ts$/.test(entry.name) ? [path] : [];
  });
}
