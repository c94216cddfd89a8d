import type { LogLevel } from "#node/logging/logger.js";
import { Daemon, type DaemonHooks } from "#node/daemon/daemon.js";
import { homePaths } from "#node/home/homePaths.js";
import { createLogger } from "#node/logging/logger.js";
import { crashingAt, type CrashPoint } from "./crashes.js";
import { type FaultName, FAULTS } from "./faults.js";
import { switching } from "./switching.js";

/**
 * `aivmd start` with a fault: the same daemon as the release's, with hooks that no release has.
 * `AIVM_FAULT` names one of {@link FAULTS}, `AIVM_FAULT_FILE` a file that
 * names one at a time, `AIVM_CRASH` a crash point and its turn, such as
 * `after:commit 3`.
 */
const home = process.argv[process.argv.indexOf("--home") + 1];
if (home === undefined) throw new TypeError("--home is missing");

const logLevel: LogLevel = "info";
const log = createLogger({ level: logLevel, format: "json", sink: process.stdout });
const daemon = await Daemon.start({
  home: homePaths(home),
  log,
  logLevel,
  withComet: true,
  environment: process.env,
  hooks: hooksOf(process.env),
});
process.once("SIGTERM", () => {
  daemon.stop("SIGTERM");
});
const { code } = await daemon.ended;
process.exit(code);

function hooksOf(environment: NodeJS.ProcessEnv): DaemonHooks {
  const { AIVM_FAULT: fault = "", AIVM_FAULT_FILE: file, AIVM_CRASH: crash = "" } = environment;
  if (fault !== "") return FAULTS[fault as FaultName];
  if (file !== undefined) return switching(file);
  const parts = crash.split(" ");
  const nth = Number(parts.pop());
  return crash === "" ? {} : crashingAt(parts.join(" ") as CrashPoint, nth);
}
