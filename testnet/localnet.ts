import { join } from "node:path";
import { errorText, reportOf } from "#cmd/aivmd/terminal/errorText.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { badValidatorCount } from "./errors.js";
import { resetLocalnet, stopLocalnet } from "./localnet/down.js";
import { runLocalnet } from "./localnet/up.js";
import { Screen } from "./screen.js";

const USAGE = "usage: localnet.js up <validators> | down | reset";

/** Entry point of `make localnet`, `make localnet-down` and `make localnet-reset`. */
async function main([verb = "", count = ""]: readonly string[]): Promise<number> {
  const screen = new Screen(process, process.env);
  const folder = join(packageRoot(), ".localnet");
  try {
    switch (verb) {
      case "up":
        return await up(folder, count, screen);
      case "down":
        await stopLocalnet(folder, screen);
        return 0;
      case "reset":
        await resetLocalnet(folder, screen);
        return 0;
      default:
        screen.note(USAGE);
        return 2;
    }
  } catch (error) {
    screen.note(errorText(reportOf(error), "text", screen.style));
    return 1;
  }
}

function up(folder: string, count: string, screen: Screen): Promise<number> {
  if (!/^([1-9]|10)$/.test(count)) throw badValidatorCount({ validators: count });
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      stop.abort(new Error(`stopped by ${name}`));
    });
  }
  const { env: environment } = process;
  const { signal } = stop;
  return runLocalnet({ folder, validators: Number(count), environment, signal }, screen);
}

process.exit(await main(process.argv.slice(2)));
