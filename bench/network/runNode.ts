import { assertDefined } from "#core/primitives/assert.js";
import { Daemon } from "#node/daemon/daemon.js";
import { homePaths } from "#node/home/homePaths.js";
import { createLogger } from "#node/logging/logger.js";

/** Runs the node of a home as `aivmd start` does: `runNode.js <home>`. */
const [, , home] = process.argv;
const daemon = await Daemon.start({
  home: homePaths(assertDefined(home, "a home is named")),
  log: createLogger({ level: "info", format: "json", sink: process.stderr }),
  logLevel: "warn",
  withComet: true,
  environment: process.env,
});
process.on("SIGTERM", () => {
  daemon.stop("SIGTERM");
});
const { code, reason } = await daemon.ended;
console.error(reason);
process.exit(code);
