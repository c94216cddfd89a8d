import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { cometFailed, cometMissing, wrongCometVersion } from "./errors.js";

/** The CometBFT that this chain is tested with: clients choose their decoders by this number. */
export const COMET_VERSION = "0.38.25";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Path of the CometBFT to run: `$COMETBFT` if it is set, which then must fit; else the first one of
 * the pinned version in the cache folder that `make setup` fills or on the PATH. Fails with
 * `comet/2` or `comet/3`.
 */
export function findComet(environment: Environment): string {
  const { COMETBFT: named = "", AIVM_CACHE: cache = join(homedir(), ".cache/aivm") } = environment;
  if (named !== "") {
    const found = cometVersion(named);
    if (found === COMET_VERSION) return named;
    throw wrongCometVersion({ path: named, found, version: COMET_VERSION });
  }
  const folders = [join(cache, "bin"), ...(environment["PATH"] ?? "").split(delimiter)];
  const candidates = folders.map((folder) => join(folder, "cometbft")).filter(isExecutable);
  const versions = candidates.map((path) => ({ path, version: cometVersion(path) }));
  const fitting = versions.find(({ version }) => version === COMET_VERSION);
  if (fitting !== undefined) return fitting.path;
  const others = versions.map(({ path, version }) => `${path}, which is ${version}`);
  const looked = [join(cache, "bin"), "the PATH", ...others].join("; ");
  throw cometMissing({ version: COMET_VERSION, looked });
}

/** What the binary says its version is; a phrase for one that does not say. */
export function cometVersion(path: string): string {
  try {
    const output = execFileSync(path, ["version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const version = output.trim();
    return version === "" ? "of no version" : version;
  } catch {
    return "not a working binary";
  }
}

/**
 * Lets CometBFT write its files into a home: settings, keys and sign state, each only where there
 * is none. They are CometBFT's own formats, so the binary that reads them writes them too.
 */
export function initCometFiles(binary: string, home: string): void {
  runComet(binary, ["init", "--home", home]);
}

/** Runs a command of CometBFT and gives what it printed; fails with `comet/4`. */
export function runComet(binary: string, words: readonly [string, ...string[]]): string {
  try {
    return execFileSync(binary, words, { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw cometFailed({ command: words[0], output: outputOf(error) });
  }
}

function outputOf(error: unknown): string {
  const { stderr } = error as { readonly stderr?: unknown };
  return typeof stderr === "string" && stderr !== "" ? stderr.trim() : String(error);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
