import { execFileSync } from "node:child_process";
import { existsSync, statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { COMET_VERSION, findComet } from "#node/comet/cometBinary.js";
import { failing, type Finding, findings, sentenceOf } from "./check.js";

const GIB = 1_073_741_824;
/** CometBFT and the state stop working when nothing is left; blocks keep coming meanwhile. */
const LEAST_FREE_GIB = 1;
const GOOD_FREE_GIB = 10;
/** Databases, peers, clients and sandbox processes of a small node. */
const LEAST_OPEN_FILES = 1_024;
const GOOD_OPEN_FILES = 4_096;
/** Versions of Node that this program supports, by major: the least minor. */
const NODE_MINORS: ReadonlyMap<number, number> = new Map([
  [20, 19],
  [22, 12],
  [24, 0],
]);

/** Whether this version of Node is one that the program is tested with. */
export function checkNodeVersion(version: string): Finding {
  const check = findings("node version");
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const least = NODE_MINORS.get(major);
  if (least !== undefined && minor >= least) return check.ok(version);
  return check.fail(version, "install Node.js 20.19 or newer, 22.12 or newer, or 24");
}

/** Whether the modules that were compiled for this machine load. */
export function checkNativeModules(): Finding {
  const check = findings("native modules");
  const load = createRequire(import.meta.url);
  const names = ["better-sqlite3", "secp256k1/bindings"];
  for (const name of names) {
    try {
      load(name);
    } catch (error) {
      const advice = "install a C++ toolchain and the dependencies again (`make setup`)";
      return check.fail(`${name}: ${sentenceOf(error)}`, advice);
    }
  }
  return check.ok(names.join(", "));
}

/** Whether a CometBFT of the right version is to be found. */
export function checkComet(environment: Readonly<Record<string, string | undefined>>): Finding {
  return failing("CometBFT", () =>
    findings("CometBFT").ok(`${COMET_VERSION} at ${findComet(environment)}`),
  );
}

/** How much room the disk of a folder has, or of the nearest folder above it that exists. */
export function checkDisk(folder: string): Finding {
  const check = findings("free disk");
  const place = existing(folder);
  const { bavail, bsize } = statfsSync(place);
  const free = (bavail * bsize) / GIB;
  const found = `${free.toFixed(1)} GiB at ${place}`;
  if (free >= GOOD_FREE_GIB) return check.ok(found);
  const advice = `free some: ${GOOD_FREE_GIB} GiB or more are comfortable`;
  return free < LEAST_FREE_GIB ? check.fail(found, advice) : check.warn(found, advice);
}

/** How many files a process of this user may open. */
export function checkOpenFiles(limit: string = openFilesLimit()): Finding {
  const check = findings("open file limit");
  const files = limit === "unlimited" ? Infinity : Number(limit);
  if (files >= GOOD_OPEN_FILES) return check.ok(limit);
  const advice = `raise it to ${GOOD_OPEN_FILES} or more (\`ulimit -n\`, or LimitNOFILE of a service)`;
  return files >= LEAST_OPEN_FILES ? check.warn(limit, advice) : check.fail(limit, advice);
}

/** What a child of this process inherits. */
function openFilesLimit(): string {
  return execFileSync("/bin/sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
}

function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
