import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach } from "vitest";
import type { JsonObject } from "#core/codec/json.js";
import { assertDefined } from "#core/primitives/assert.js";
import { findComet } from "#node/comet/cometBinary.js";
import { AivmClient, type ConnectOptions } from "#sdk/client.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import { initTestnetFiles, type Testnet, type TestnetOptions } from "#testnet/initFiles.js";
import { freePorts } from "#testnet/process/freePorts.js";
import type { NodeProgram } from "#testnet/process/nodeProcess.js";
import { TestNode } from "./testNode.js";

/** What a network of a test differs in from the usual one. */
export interface TestNetworkOptions extends Pick<
  Partial<TestnetOptions>,
  "chainId" | "adaptGenesis" | "cometSettings" | "appSettings"
> {
  readonly validators: number;
  /** How each node is started; the release, without flags, unless given. */
  readonly programOf?: (index: number) => NodeProgram;
  /** CometBFT runs beside each aivmd and not as its child, so that either can be killed alone. */
  readonly separateComet?: boolean;
  /** Nodes that are not started at first, by index. */
  readonly absent?: readonly number[];
}

/** Lines of each log that a failing test shows. */
const LOG_LINES = 40;

/**
 * Real validators in a temporary folder, on ports that nobody uses: an aivmd and a CometBFT for
 * each. Close it whatever happens; should the test's process end without, its children end too.
 */
export class TestNetwork {
  readonly files: Testnet;
  readonly nodes: readonly TestNode[];
  readonly #folder: string;
  readonly #onExit = (): void => {
    for (const node of this.nodes) node.killNow();
  };
  /** Test runners end their processes by it, and nobody is told of the exit then. */
  readonly #onTerm = (): void => {
    this.#onExit();
    process.kill(process.pid, "SIGKILL");
  };

  private constructor(folder: string, files: Testnet, nodes: readonly TestNode[]) {
    this.#folder = folder;
    this.files = files;
    this.nodes = nodes;
    process.on("exit", this.#onExit);
    process.on("SIGTERM", this.#onTerm);
  }

  /** Makes and starts a network, and waits until every node that is not absent has state. */
  static async start(options: TestNetworkOptions): Promise<TestNetwork> {
    const network = await TestNetwork.create(options);
    const { absent = [] } = options;
    const present = network.nodes.filter((_, index) => !absent.includes(index));
    try {
      for (const node of present) node.start();
      // A first block that is known may not be executed yet.
      await Promise.all(present.map((node) => node.reaches(2n)));
    } catch (error) {
      process.stderr.write(network.logTails());
      await network.close();
      throw error;
    }
    return network;
  }

  /** Makes a network and starts nothing of it. */
  static async create(options: TestNetworkOptions): Promise<TestNetwork> {
    const { validators, programOf, separateComet = false, chainId = "aivm-e2e-1" } = options;
    const folder = mkdtempSync(join(tmpdir(), "aivm-e2e-"));
    const files = await initTestnetFiles({
      ...options,
      chainId,
      folder,
      time: new Date(),
      comet: findComet(process.env),
      ports: await freePorts(validators),
    });
    const nodes = files.nodes.map(
      (node) => new TestNode(node, programOf?.(node.index) ?? {}, separateComet),
    );
    return new TestNetwork(folder, files, nodes);
  }

  get chainId(): string {
    return this.files.chainId;
  }

  /** A node; throws for one that is not there. */
  node(index: number): TestNode {
    return assertDefined(this.nodes[index], "the network has the node");
  }

  /** The genesis file, parsed. */
  genesis(): JsonObject {
    return JSON.parse(readFileSync(this.node(0).home.genesis, "utf8")) as JsonObject;
  }

  /** A client of the funded account that verifies what the node `index` answers. */
  async connect(index = 0, options: Partial<ConnectOptions> = {}): Promise<AivmClient> {
    return AivmClient.connect({
      rpc: this.node(index).url,
      genesis: this.genesis(),
      signer: signerFromMnemonic(this.files.user.mnemonic),
      chainId: this.chainId,
      ...options,
    });
  }

  /** Waits until every running node has so many blocks more than any has now. */
  async awaitBlocks(count: bigint): Promise<void> {
    const running = this.nodes.filter(({ isRunning }) => isRunning);
    const heights = await Promise.all(running.map((node) => node.height()));
    const greatest = heights.reduce<bigint>((max, one = 0n) => (one > max ? one : max), 0n);
    await Promise.all(running.map((node) => node.reaches(greatest + count)));
  }

  /** The last lines of every log. */
  logTails(lines = LOG_LINES): string {
    const tails = this.nodes.map(({ node }, index) => {
      return `── ${node.moniker}\n${this.node(index).logTail(lines)}\n`;
    });
    return tails.join("");
  }

  /** Stops everything and deletes the files. */
  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await Promise.all(this.nodes.map((node) => node.awaitCometEnd()));
    process.off("exit", this.#onExit);
    process.off("SIGTERM", this.#onTerm);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Shows the nodes' last words whenever a test of the file fails. */
export function showLogsOnFailure(network: () => TestNetwork): void {
  beforeEach(({ onTestFailed }) => {
    onTestFailed(() => {
      process.stderr.write(network().logTails());
    });
  });
}
