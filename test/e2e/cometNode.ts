import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Where CometBFT is, or why it is not used. */
export type CometBinary =
  | { readonly path: string; readonly missing?: undefined }
  | { readonly path?: undefined; readonly missing: string };

/** Finds CometBFT v0.38 on the PATH or in the cache folder that `make setup` fills. */
export function findCometBinary(): CometBinary {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [...folders, join(homedir(), ".cache/aivm/bin")]
    .map((folder) => join(folder, "cometbft"))
    .filter((path) => existsSync(path));
  const path = candidates.find((candidate) =>
    execFileSync(candidate, ["version"], { encoding: "utf8" }).startsWith("0.38."),
  );
  return path === undefined
    ? { missing: "CometBFT v0.38 is neither on the PATH nor in ~/.cache/aivm/bin" }
    : { path };
}

/** A port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** What a CometBFT node is started with. */
export interface CometNodeOptions {
  readonly binary: string;
  readonly home: string;
  readonly proxyApp: string;
}

/** A real CometBFT node with its files in `home`. */
export class CometNode {
  readonly #options: CometNodeOptions;
  readonly #p2pPort: number;
  readonly #rpcPort: number;
  #process: ChildProcess | undefined;

  private constructor(options: CometNodeOptions, p2pPort: number, rpcPort: number) {
    this.#options = options;
    this.#p2pPort = p2pPort;
    this.#rpcPort = rpcPort;
  }

  /** Makes the node's keys and configuration, with block times of a fraction of a second. */
  static async init(options: CometNodeOptions): Promise<CometNode> {
    execFileSync(options.binary, ["init", "--home", options.home], { stdio: "pipe" });
    const config = join(options.home, "config/config.toml");
    const text = readFileSync(config, "utf8")
      .replace('timeout_commit = "1s"', 'timeout_commit = "100ms"')
      .replace("addr_book_strict = true", "addr_book_strict = false")
      .replace("allow_duplicate_ip = false", "allow_duplicate_ip = true");
    writeFileSync(config, text);
    return new CometNode(options, await freePort(), await freePort());
  }

  /** `id@host:port`, for other nodes to dial. */
  get peerAddress(): string {
    const { binary, home } = this.#options;
    const id = execFileSync(binary, ["show-node-id", "--home", home], { encoding: "utf8" });
    return `${id.trim()}@127.0.0.1:${this.#p2pPort}`;
  }

  /** A JSON file of the node's `config` folder. */
  readConfig(name: string): unknown {
    return JSON.parse(readFileSync(join(this.#options.home, "config", name), "utf8"));
  }

  /** Replaces the genesis file. */
  writeGenesis(genesis: unknown): void {
    writeFileSync(join(this.#options.home, "config/genesis.json"), JSON.stringify(genesis));
  }

  /** Starts the node; it writes `comet.log` into its home. */
  start(peers: readonly string[]): void {
    const { binary, home, proxyApp } = this.#options;
    const log = openSync(join(home, "comet.log"), "a");
    const flags = [
      ["--home", home],
      ["--proxy_app", proxyApp],
      ["--p2p.laddr", `tcp://127.0.0.1:${this.#p2pPort}`],
      ["--p2p.persistent_peers", peers.join(",")],
      ["--rpc.laddr", `tcp://127.0.0.1:${this.#rpcPort}`],
    ];
    this.#process = spawn(binary, ["start", ...flags.flat()], { stdio: ["ignore", log, log] });
    closeSync(log);
  }

  /** Ends the process and waits for it; `SIGKILL` gives it no time for anything. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = once(running, "exit");
    running.kill(signal);
    await exited;
  }

  /** Result of an RPC method; throws what the node says. */
  async rpc(method: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const url = `http://127.0.0.1:${this.#rpcPort}/${method}?${new URLSearchParams(parameters).toString()}`;
    const answer = (await (await fetch(url)).json()) as { result?: unknown; error?: unknown };
    if (answer.error !== undefined) throw new Error(JSON.stringify(answer.error));
    return answer.result;
  }

  /** What the node wrote so far. */
  log(): string {
    return readFileSync(join(this.#options.home, "comet.log"), "utf8");
  }
}
