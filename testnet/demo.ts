import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorText, reportOf } from "#cmd/aivmd/terminal/errorText.js";
import { findComet } from "#node/comet/cometBinary.js";
import { type DemoReport, showDemo } from "./demo/demo.js";
import { initTestnetFiles } from "./initFiles.js";
import { freePorts } from "./process/freePorts.js";
import { RunningNetwork } from "./process/runningNetwork.js";
import { showBlocks } from "./process/showBlocks.js";
import { Screen } from "./screen.js";

/** As many as the default committee of the sample kernel. */
const VALIDATORS = 4;
const CHAIN_ID = "aivm-demo-1";
const LOG_LINES = 15;
/** Some times as long as it takes on a slow machine: whoever waits longer waits for nothing. */
const TIMEOUT_MS = 600_000;

/** Entry point of `make demo`: a network for a single question, which is gone when it is answered. */
async function main(): Promise<number> {
  const screen = new Screen(process, process.env);
  const folder = mkdtempSync(join(tmpdir(), "aivm-demo-"));
  let network: RunningNetwork | undefined;
  const stop = async (): Promise<void> => {
    await network?.stop();
  };
  const interrupted = untilInterrupted();
  try {
    const report = await Promise.race([
      interrupted,
      run(screen, folder, (started) => {
        network = started;
      }),
    ]);
    await stop();
    rmSync(folder, { recursive: true });
    screen.print(`\n${JSON.stringify(report)}`);
    return 0;
  } catch (error) {
    screen.print(`\n${errorText(reportOf(error), "text", screen.style)}`);
    if (network !== undefined) screen.print(network.logTails(LOG_LINES));
    await stop();
    screen.print(`the demo failed; the nodes' files and whole logs are in ${folder}`);
    return 1;
  }
}

async function run(
  screen: Screen,
  folder: string,
  onStart: (network: RunningNetwork) => void,
): Promise<DemoReport> {
  screen.title(`A network of ${VALIDATORS} validators`);
  const net = await initTestnetFiles({
    folder,
    validators: VALIDATORS,
    chainId: CHAIN_ID,
    time: new Date(),
    comet: findComet(process.env),
    ports: await freePorts(VALIDATORS),
  });
  screen.done("keys, settings and one genesis file for all");
  const network = await RunningNetwork.start(net.nodes);
  onStart(network);
  await showBlocks(network, screen);
  const report = await Promise.race([showDemo(net, screen), network.untilNodeEnds()]);
  screen.title("Stopping the network");
  return report;
}

/** Fails when somebody interrupts the demo, or when it takes too long. */
function untilInterrupted(): Promise<never> {
  return new Promise((_, fail) => {
    setTimeout(() => {
      fail(new Error(`the demo was not over after ${TIMEOUT_MS / 60_000} minutes`));
    }, TIMEOUT_MS);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        fail(new Error(`interrupted by ${signal}`));
      });
    }
  });
}

process.exit(await main());
