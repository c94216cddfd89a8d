import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "#core/codec/json.js";
import { type CometSetting, editCometConfig } from "#node/home/cometConfig.js";
import { writeText } from "#node/home/files.js";
import { TomlEditor } from "#node/home/tomlEditor.js";
import { fundSenders } from "../load/genesisSenders.js";
import { isJsonObject } from "../load/jsonObject.js";
import { Rpc } from "../load/rpc.js";
import type { Sender } from "../load/sends.js";
import { Child } from "../network/child.js";
import { freePorts } from "../network/ports.js";

/** The chain of ibc-go's simd. */
export const SIMD_CHAIN_ID = "simd-bench-1";
export const SIMD_DENOM = "stake";
export const SIMD_PREFIX = "cosmos";

/** What a chain of simd is called, and the coins that its senders hold. */
export interface SimdChain {
  readonly chainId: string;
  readonly denom: string;
}

const BENCH_CHAIN: SimdChain = { chainId: SIMD_CHAIN_ID, denom: SIMD_DENOM };

/** What `bench/peers/build-simd.sh` builds. */
const BINARY = "simd-v8.8.0";
const VALIDATOR_FUNDS = "1000000000000";
const VALIDATOR_STAKE = "500000000000";
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 100;

/** Path of simd: `$SIMD`, or what the build script left in the cache folder; undefined for none. */
export function findSimd(environment: NodeJS.ProcessEnv): string | undefined {
  const { SIMD: named = "", AIVM_CACHE: cache = join(homedir(), ".cache/aivm") } = environment;
  const path = named === "" ? join(cache, "bin", BINARY) : named;
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return undefined;
  }
}

/** One validator of simd on this machine, with CometBFT inside. */
export class SimdNode {
  readonly rpc: Rpc;
  readonly #folder: string;
  readonly #child: Child;

  private constructor(rpc: Rpc, folder: string, child: Child) {
    this.rpc = rpc;
    this.#folder = folder;
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Makes a chain with funded senders, starts it and waits for the second block. */
  static async start(
    binary: string,
    senders: readonly Sender[],
    cometSettings: readonly CometSetting[],
    chain: SimdChain = BENCH_CHAIN,
  ): Promise<SimdNode> {
    const folder = mkdtempSync(join(tmpdir(), "simd-bench-"));
    const home = join(folder, "home");
    const [rpcPort = 0, p2pPort = 0] = await freePorts(2);
    initHome({ binary, home, chain }, senders);
    editCometConfig(join(home, "config/config.toml"), [
      ["rpc.laddr", `tcp://127.0.0.1:${rpcPort}`],
      ["rpc.pprof_laddr", ""],
      ["p2p.laddr", `tcp://127.0.0.1:${p2pPort}`],
      ["db_backend", "goleveldb"],
      ["log_level", "error"],
      ["tx_index.indexer", "kv"],
      ...cometSettings,
    ]);
    editAppConfig(join(home, "config/app.toml"));
    const args = ["start", "--home", home, "--log_level", "error"];
    const child = new Child({ command: binary, args, logFile: join(folder, "log") });
    const node = new SimdNode(new Rpc(rpcPort), folder, child);
    try {
      await node.#awaitBlocks();
    } catch (error) {
      await node.stop();
      throw error;
    }
    return node;
  }

  async stop(): Promise<void> {
    await this.#child.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #awaitBlocks(): Promise<void> {
    for (let waited = 0; waited < START_TIMEOUT_MS; waited += POLL_MS) {
      this.#child.assertRunning();
      if ((await this.rpc.height().catch(() => 0)) >= 2) return;
      await sleep(POLL_MS);
    }
    throw new Error("simd makes no blocks");
  }
}

interface SimdHome {
  readonly binary: string;
  readonly home: string;
  readonly chain: SimdChain;
}

function initHome({ binary, home, chain }: SimdHome, senders: readonly Sender[]): void {
  const simd = (...args: readonly string[]): string =>
    execFileSync(binary, [...args, "--home", home], { encoding: "utf8", stdio: "pipe" }).trim();
  const keyring = ["--keyring-backend", "test"];
  simd("init", "bench", "--chain-id", chain.chainId);
  simd("keys", "add", "validator", ...keyring);
  const address = simd("keys", "show", "validator", "-a", ...keyring);
  simd("genesis", "add-genesis-account", address, `${VALIDATOR_FUNDS}${SIMD_DENOM}`);
  editGenesis(join(home, "config/genesis.json"), senders, chain.denom);
  const stake = `${VALIDATOR_STAKE}${SIMD_DENOM}`;
  simd("genesis", "gentx", "validator", stake, "--chain-id", chain.chainId, ...keyring);
  simd("genesis", "collect-gentxs");
}

function editGenesis(path: string, senders: readonly Sender[], denom: string): void {
  const doc = JSON.parse(readFileSync(path, "utf8")) as JsonObject;
  const state = doc["app_state"];
  if (!isJsonObject(state)) throw new Error(`${path} has no app_state`);
  const funded = { ...doc, app_state: fundSenders(state, senders, denom) };
  writeFileSync(path, JSON.stringify(funded));
}

/** No fees asked for, no doors that nobody uses. */
function editAppConfig(path: string): void {
  const editor = new TomlEditor(readFileSync(path, "utf8"), path)
    .set("minimum-gas-prices", `0${SIMD_DENOM}`)
    .set("api.enable", false)
    .set("grpc.enable", false)
    .set("grpc-web.enable", false);
  writeText(path, editor.toString());
}
