import { findComet } from "#node/comet/cometBinary.js";
import { localnetDiffers, localnetOrphans } from "../errors.js";
import { initTestnetFiles, type Testnet } from "../initFiles.js";
import { RunningNetwork } from "../process/runningNetwork.js";
import { countOf, showBlocks } from "../process/showBlocks.js";
import { readNetwork } from "../readNetwork.js";
import type { Screen } from "../screen.js";
import { ExplorerSite } from "./explorerSite.js";
import { newFaucetKey } from "./faucetKey.js";
import { FaucetProcess } from "./faucetProcess.js";
import { findRunning, removeRecord, writeRecord } from "./record.js";
import { showGuide } from "./guide.js";

const CHAIN_ID = "aivm-local-1";
const LOG_LINES = 15;

/** What a local network is started with. */
export interface UpOptions {
  readonly folder: string;
  readonly validators: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the network is to stop; the reason is for people. */
  readonly signal: AbortSignal;
}

/**
 * Starts the local network, makes its files when there are none, shows how to use it, and stays
 * until it is told to stop or every node has ended. Gives the exit code. Fails with `testnet/7` or
 * `testnet/8`, and when it cannot be started; nothing of it runs then.
 */
export async function runLocalnet(options: UpOptions, screen: Screen): Promise<number> {
  const { folder } = options;
  const running = findRunning(folder);
  if (running?.launcher !== undefined) {
    return showRunning(options, screen, running.launcher.pid);
  }
  if (running !== undefined) throw localnetOrphans({ nodes: running.nodes?.length ?? 0 });
  const net = await prepare(options, screen);
  const network = await RunningNetwork.start(net.nodes);
  let faucet: FaucetProcess | undefined;
  let explorer: ExplorerSite | undefined;
  try {
    writeRecord(folder, pidsOf(network));
    await showBlocks(network, screen, options.signal);
    faucet = FaucetProcess.start(folder, net);
    writeRecord(folder, [...pidsOf(network), ...(faucet.pid === undefined ? [] : [faucet.pid])]);
    await awaitFaucet(faucet, screen);
    explorer = await startExplorer(net, screen);
    showGuide(net, screen);
    await untilOver(network, options.signal, screen);
  } catch (error) {
    if (!options.signal.aborted) {
      screen.print(network.logTails(LOG_LINES));
      throw error;
    }
  } finally {
    screen.note("stopping the network");
    explorer?.close();
    await faucet?.stop();
    await network.stop();
    removeRecord(folder);
  }
  screen.done("stopped; `make localnet` goes on with the same chain");
  return options.signal.aborted ? 0 : 1;
}

async function prepare(options: UpOptions, screen: Screen): Promise<Testnet> {
  const { folder, validators, environment } = options;
  const found = readNetwork(folder);
  if (found !== undefined) {
    requireSize(found, validators);
    screen.title(`The local network of ${countOf(validators)} in ${folder} goes on`);
    return found;
  }
  screen.title(`A local network of ${countOf(validators)} in ${folder}`);
  const progress = screen.progress("files", validators);
  const faucet = newFaucetKey();
  const net = await initTestnetFiles({
    folder,
    validators,
    chainId: CHAIN_ID,
    time: new Date(),
    comet: findComet(environment),
    adaptGenesis: faucet.adaptGenesis,
    onNode: ({ index, moniker }) => {
      progress.update(index + 1, moniker);
    },
  });
  await faucet.keep(net);
  progress.finish("   keys, settings and one genesis file for all");
  return net;
}

function requireSize({ nodes }: Testnet, validators: number): void {
  if (nodes.length !== validators) throw localnetDiffers({ found: nodes.length, validators });
}

function showRunning(options: UpOptions, screen: Screen, pid: number): number {
  const net = readNetwork(options.folder);
  if (net === undefined) return 0;
  requireSize(net, options.validators);
  screen.title(`The local network is running already (process ${pid})`);
  showGuide(net, screen);
  return 0;
}

/** A network without its faucet, whose port may be taken, is one to use still. */
async function awaitFaucet(faucet: FaucetProcess, screen: Screen): Promise<void> {
  if (await faucet.serves()) return;
  screen.note(`the faucet does not serve; the end of ${faucet.log}:`);
  screen.print(faucet.logTail(3));
}

/** A network without its explorer, whose port may be taken, is one to use still. */
async function startExplorer(net: Testnet, screen: Screen): Promise<ExplorerSite | undefined> {
  try {
    return await ExplorerSite.start(net);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    screen.note(`the explorer is not served: ${problem}`);
    return undefined;
  }
}

function pidsOf({ processes }: RunningNetwork): number[] {
  return processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
}

/** Says which nodes end by themselves; over when it is told to stop, or when none is left. */
async function untilOver(
  { processes }: RunningNetwork,
  signal: AbortSignal,
  screen: Screen,
): Promise<void> {
  const ends = processes.map(async (one) => {
    const reason = await one.ended;
    if (!signal.aborted) screen.print(`   ${one.node.moniker} ${reason}:\n${one.logTail(3)}`);
  });
  const told = new Promise<void>((settle) => {
    if (signal.aborted) settle();
    signal.addEventListener("abort", () => {
      settle();
    });
  });
  await Promise.race([told, Promise.all(ends)]);
}
