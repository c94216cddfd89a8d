import { existsSync, readFileSync } from "node:fs";
import { socketAddress } from "#core/abci/socketAddress.js";
import { assert } from "#core/primitives/assert.js";
import { findComet } from "#node/comet/cometBinary.js";
import { CometProcess } from "#node/comet/cometProcess.js";
import { awaitPreviousComet } from "#node/comet/previousComet.js";
import type { HomePaths } from "#node/home/homePaths.js";
import { createLogger } from "#node/logging/logger.js";
import { systemClock } from "#sdk/clock.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import { status } from "#sdk/rpc/status.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { pollUntil } from "#sdk/poll.js";
import type { NetworkNode } from "#testnet/network.js";
import { nodeLog, NodeProcess, type NodeProgram } from "#testnet/process/nodeProcess.js";
import { rpcUrl } from "#testnet/process/runningNetwork.js";

/** Nothing on a test network takes longer, on a loaded machine either. */
const PATIENCE_MS = 120_000;

/** One node of a {@link TestNetwork}: it can be stopped, killed and started again. */
export class TestNode {
  readonly node: NetworkNode;
  readonly rpc: RpcTransport;
  /** How the node is started; what is set here holds from the next start on. */
  program: NodeProgram;
  readonly #separateComet: boolean;
  #process: NodeProcess | undefined;
  #comet: CometProcess | undefined;

  constructor(node: NetworkNode, program: NodeProgram, separateComet: boolean) {
    this.node = node;
    this.program = program;
    this.#separateComet = separateComet;
    this.rpc = httpTransport(this.url, { attempts: 1, timeoutMs: 5_000 });
  }

  /** CometBFT's RPC. */
  get url(): string {
    return rpcUrl(this.node.ports);
  }

  get home(): HomePaths {
    return this.node.home;
  }

  /** Whether the aivmd runs. */
  get isRunning(): boolean {
    return this.#process?.isRunning === true;
  }

  /** Settles when the aivmd that was started last has ended, with how it did. */
  get ended(): Promise<string> {
    return this.#process?.ended ?? Promise.resolve("was never started");
  }

  /** Starts the node, or what of it does not run. */
  start(): void {
    if (!this.isRunning) {
      const { flags = [] } = this.program;
      const own = this.#separateComet ? ["--with-comet=false"] : [];
      this.#process = NodeProcess.start(this.node, { ...this.program, flags: [...flags, ...own] });
    }
    if (this.#separateComet) this.startComet();
  }

  /** Stops everything of the node in order. */
  async stop(): Promise<void> {
    await this.#comet?.stop();
    this.#comet = undefined;
    await this.#process?.stop();
  }

  /** Ends the aivmd at once, as a power cut would; its CometBFT ends by itself. */
  async kill(): Promise<void> {
    await this.#process?.kill();
    await this.awaitCometEnd();
  }

  /**
   * Starts the CometBFT that runs beside the aivmd; only on a network with `separateComet`.
   * Nothing happens when it runs.
   */
  startComet(): void {
    assert(this.#separateComet, "CometBFT is the aivmd's child unless the network separates them");
    if (this.#comet !== undefined) return;
    const comet = new CometProcess({
      binary: findComet(process.env),
      home: this.home,
      proxyApp: socketAddress(this.home.root).proxyApp,
      environment: process.env,
      log: createLogger({ level: "error", format: "plain", sink: { write: () => true } }),
      level: "info",
    });
    this.#comet = comet;
    void comet.ended.then(() => {
      if (this.#comet === comet) this.#comet = undefined;
    });
  }

  /** Ends CometBFT at once; an aivmd that started it ends after it. */
  async killComet(): Promise<void> {
    const pid = existsSync(this.home.cometProcess)
      ? Number(readFileSync(this.home.cometProcess, "utf8"))
      : 0;
    if (pid > 0) process.kill(pid, "SIGKILL");
    await (this.#comet?.ended ?? this.#process?.ended);
  }

  /** Waits until the CometBFT of a killed aivmd has noticed and is gone. */
  async awaitCometEnd(): Promise<void> {
    if (this.#comet === undefined) await awaitPreviousComet(this.home.cometProcess);
    else await this.#comet.ended;
  }

  /** The last committed height; undefined while the node does not answer. */
  async height(): Promise<bigint | undefined> {
    try {
      return (await status(this.rpc)).latestHeight;
    } catch {
      return undefined;
    }
  }

  /** Waits until the node has committed a height; gives the height it has then. */
  async reaches(height: bigint): Promise<bigint> {
    const waiting = { timeoutMs: PATIENCE_MS, pauseMs: 100, pauseMsMax: 250 };
    return pollUntil(systemClock, `${this.node.moniker} at height ${height}`, waiting, async () => {
      const found = await this.height();
      return found !== undefined && found >= height ? found : undefined;
    });
  }

  /** Everything that the node has written. */
  log(): string {
    const path = nodeLog(this.node);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** The last lines of it, for people. */
  logTail(lines: number): string {
    return this.#process?.logTail(lines) ?? "";
  }

  /** For when nobody can wait any more. */
  killNow(): void {
    this.#process?.signal("SIGKILL");
    if (this.#comet?.pid !== undefined) process.kill(this.#comet.pid, "SIGKILL");
  }
}
