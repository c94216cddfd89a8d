import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assertDefined } from "#core/primitives/assert.js";
import { findComet } from "#node/comet/cometBinary.js";
import { NODE_FLAGS } from "#node/daemon/nodeFlags.js";
import type { GenesisDoc } from "#node/genesis/genesisDoc.js";
import type { CometSetting } from "#node/home/cometConfig.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { initTestnetFiles, type Testnet } from "#testnet/initFiles.js";
import type { AppSetting } from "#testnet/nodeHome.js";
import type { NodePorts } from "#testnet/ports.js";
import { Rpc } from "../load/rpc.js";
import { Child } from "./child.js";
import { freePorts } from "./ports.js";

/** How a network of the bench is made. */
export interface AivmNetworkOptions {
  readonly validators: number;
  readonly adaptGenesis?: (doc: GenesisDoc) => GenesisDoc;
  readonly cometSettings?: readonly CometSetting[];
  readonly appSettings?: readonly AppSetting[];
  /** Flags of Node for every aivmd, for profiles. */
  readonly nodeFlags?: readonly string[];
}

export const AIVM_CHAIN_ID = "aivm-bench-1";

const START_TIMEOUT_MS = 120_000;
const POLL_MS = 100;
const PORTS_A_NODE = 6;

/** Real nodes on this machine: aivmd and CometBFT for each validator. */
export class AivmNetwork {
  readonly testnet: Testnet;
  readonly #folder: string;
  readonly #children: readonly Child[];

  private constructor(testnet: Testnet, folder: string, children: readonly Child[]) {
    this.testnet = testnet;
    this.#folder = folder;
    this.#children = children;
  }

  /** Makes the files, starts all nodes and waits for the second block. */
  static async start(options: AivmNetworkOptions): Promise<AivmNetwork> {
    const folder = mkdtempSync(join(tmpdir(), "aivm-bench-"));
    const { validators, nodeFlags = [], ...rest } = options;
    const testnet = await initTestnetFiles({
      folder,
      validators,
      chainId: AIVM_CHAIN_ID,
      time: new Date(),
      comet: findComet(process.env),
      ports: await nodePorts(validators),
      ...rest,
    });
    const children = testnet.nodes.map(
      ({ home }, index) =>
        new Child({
          command: process.execPath,
          args: [...nodeFlags, ...startArguments(home.root)],
          logFile: join(folder, `node${index}.log`),
        }),
    );
    const network = new AivmNetwork(testnet, folder, children);
    try {
      await network.#awaitBlocks();
    } catch (error) {
      await network.stop();
      throw error;
    }
    return network;
  }

  /** CometBFT's RPC of a node. */
  rpc(index = 0): Rpc {
    return new Rpc(this.#node(index).ports.rpc);
  }

  /** URL of a node's metrics and health. */
  telemetry(index = 0): string {
    return `http://127.0.0.1:${this.#node(index).ports.telemetry}`;
  }

  /** Folder of a node's databases. */
  dataFolder(index = 0): string {
    return this.#node(index).home.dataFolder;
  }

  /** Process of a node's aivmd; CometBFT and the sandbox are its children. */
  pid(index = 0): number {
    return assertDefined(this.#children[index], "there is such a node").pid;
  }

  /** Stops every node and removes all files. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #node(index: number): Testnet["nodes"][number] {
    return assertDefined(this.testnet.nodes[index], "there is such a node");
  }

  async #awaitBlocks(): Promise<void> {
    const rpc = this.rpc();
    for (let waited = 0; waited < START_TIMEOUT_MS; waited += POLL_MS) {
      for (const child of this.#children) child.assertRunning();
      if ((await rpc.height().catch(() => 0)) >= 2) return;
      await sleep(POLL_MS);
    }
    throw new Error("the network makes no blocks");
  }
}

/** What was built is what runs, as at a validator's. */
function startArguments(home: string): string[] {
  const program = join(packageRoot(), "dist", "cmd", "aivmd", "main.js");
  if (!existsSync(program)) throw new Error(`${program} is missing: run \`make build\``);
  return [...NODE_FLAGS, program, "start", "--home", home, "--log-level", "warn"];
}

async function nodePorts(validators: number): Promise<NodePorts[]> {
  const ports = await freePorts(validators * PORTS_A_NODE);
  return Array.from({ length: validators }, (_, index) => {
    const [p2p = 0, rpc = 0, cometMetrics = 0, telemetry = 0, grpc = 0, rest = 0] = ports.slice(
      index * PORTS_A_NODE,
      (index + 1) * PORTS_A_NODE,
    );
    return { p2p, rpc, cometMetrics, telemetry, grpc, rest };
  });
}
