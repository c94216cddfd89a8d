import { maxBig } from "#core/primitives/intMath.js";
import { readAppConfig } from "#node/home/appConfig.js";
import { readCometConfig } from "#node/home/cometConfig.js";
import { neededPorts } from "#node/daemon/neededPorts.js";
import { checkPorts } from "#node/comet/ports.js";
import { isSdkError } from "#sdk/errors.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import { status } from "#sdk/rpc/status.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { nodeEnded, noBlocks } from "../errors.js";
import type { NetworkNode } from "../network.js";
import { NodeProcess, type NodeProgram } from "./nodeProcess.js";

/** Waiting for blocks. */
export interface BlockWait {
  /** So many more blocks than the greatest height that a node shows at first. */
  readonly blocks: bigint;
  readonly timeoutMs: number;
  /** Told the height of each node, in order, whenever one has changed; 0 for none yet. */
  readonly onHeights?: (heights: readonly bigint[]) => void;
  readonly signal?: AbortSignal | undefined;
}

const POLL_MS = 250;

/** The nodes of a test network as processes of this machine. */
export class RunningNetwork {
  readonly processes: readonly NodeProcess[];
  #stopping = false;

  private constructor(processes: readonly NodeProcess[]) {
    this.processes = processes;
  }

  /** Starts every node; fails with `comet/5` when a port is taken, and with `testnet/4`. */
  static async start(
    nodes: readonly NetworkNode[],
    programOf: (node: NetworkNode) => NodeProgram = () => ({}),
  ): Promise<RunningNetwork> {
    for (const node of nodes) await checkNodePorts(node);
    return new RunningNetwork(nodes.map((node) => NodeProcess.start(node, programOf(node))));
  }

  /**
   * Waits until every node has committed new blocks. Fails with `testnet/5` when a node ends
   * meanwhile, and with `testnet/6` when it takes too long.
   */
  async awaitBlocks(wait: BlockWait): Promise<void> {
    const rpcs = this.processes.map(({ node }) => nodeRpc(node));
    const startMs = performance.now();
    let shown = "";
    let target: bigint | undefined;
    for (;;) {
      wait.signal?.throwIfAborted();
      this.#requireRunning();
      const heights = await Promise.all(rpcs.map(heightOf));
      if (heights.join() !== shown) wait.onHeights?.(heights);
      shown = heights.join();
      const greatest = heights.reduce(maxBig, 0n);
      if (greatest > 0n) target ??= greatest + wait.blocks;
      if (isReached(heights, target)) return;
      const seconds = Math.round((performance.now() - startMs) / 1000);
      if (seconds * 1000 >= wait.timeoutMs) {
        throw noBlocks({ seconds, height: target ?? wait.blocks, heights: heights.join(", ") });
      }
      await new Promise((settle) => setTimeout(settle, POLL_MS));
    }
  }

  /** Fails with `testnet/5` when the first node ends without being asked to; never resolves. */
  async untilNodeEnds(): Promise<never> {
    const first = await Promise.race(
      this.processes.map(async (one) => {
        await one.ended;
        return one;
      }),
    );
    // What was asked to stop ends without a word.
    if (this.#stopping) return new Promise(() => undefined);
    throw nodeEnded({ node: first.node.moniker, log: first.logTail(1) });
  }

  /** Stops every node in order, all at the same time. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.processes.map((one) => one.stop()));
  }

  /** The last lines of every log, each under its node's name. */
  logTails(lines: number): string {
    const tails = this.processes.map((one) => `── ${one.node.moniker}\n${one.logTail(lines)}`);
    return tails.join("\n");
  }

  #requireRunning(): void {
    const gone = this.processes.find(({ isRunning }) => !isRunning);
    if (gone !== undefined) throw nodeEnded({ node: gone.node.moniker, log: gone.logTail(1) });
  }
}

/** CometBFT's RPC of a node. */
export function nodeRpc({ ports }: NetworkNode): RpcTransport {
  return httpTransport(rpcUrl(ports), { attempts: 1, timeoutMs: 5_000 });
}

/** URL of CometBFT's RPC on this machine. */
export function rpcUrl({ rpc }: NetworkNode["ports"]): string {
  return `http://127.0.0.1:${rpc}`;
}

function isReached(heights: readonly bigint[], target: bigint | undefined): boolean {
  return target !== undefined && heights.every((height) => height >= target);
}

async function checkNodePorts({ home }: NetworkNode): Promise<void> {
  const app = readAppConfig(home.appConfig);
  await checkPorts(neededPorts(home, app, readCometConfig(home.cometConfig)));
}

async function heightOf(rpc: RpcTransport): Promise<bigint> {
  try {
    return (await status(rpc)).latestHeight;
  } catch (error) {
    if (isSdkError(error, "RPC_UNREACHABLE") || isSdkError(error, "RPC_TIMEOUT")) return 0n;
    throw error;
  }
}
