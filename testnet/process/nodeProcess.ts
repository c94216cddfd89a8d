import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { NODE_FLAGS } from "#node/daemon/nodeFlags.js";
import { readText } from "#node/home/files.js";
import { notBuilt } from "../errors.js";
import type { NetworkNode } from "../network.js";
import { lastLines } from "./logTail.js";

/** How a node's program is started. */
export interface NodeProgram {
  /** JavaScript file that takes the arguments of `aivmd start`; the release's unless given. */
  readonly entry?: string | undefined;
  /** Flags after `start`. */
  readonly flags?: readonly string[] | undefined;
  /** Set on top of this process' environment. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** How long an aivmd has to stop in order, its CometBFT included, before it is killed. */
const STOP_GRACE_MS = 25_000;

/** One `aivmd start` as a child process, which writes into `node.log` of its home. */
export class NodeProcess {
  readonly node: NetworkNode;
  /** Settles with a sentence when the process has ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;

  private constructor(node: NetworkNode, child: ChildProcess) {
    this.node = node;
    this.#child = child;
    this.ended = endOf(child);
  }

  /** Starts a node; fails with `testnet/4` when there is no build. */
  static start(node: NetworkNode, program: NodeProgram = {}): NodeProcess {
    const { entry = releaseEntry(), flags = [], environment = {} } = program;
    if (!existsSync(entry)) throw notBuilt({ path: entry });
    const log = openSync(nodeLog(node), "a");
    const args = [...NODE_FLAGS, entry, "start", "--home", node.home.root, ...flags];
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...environment },
      // A group of its own: an interrupt from the terminal reaches the launcher alone, which stops
      // nodes in order.
      detached: true,
    });
    closeSync(log);
    return new NodeProcess(node, child);
  }

  /** Number of the process; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it has not ended yet. */
  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Asks the node to stop, waits, and kills it when it does not within the grace. */
  async stop(graceMs: number = STOP_GRACE_MS): Promise<void> {
    this.signal("SIGTERM");
    const impatience = setTimeout(() => {
      this.signal("SIGKILL");
    }, graceMs);
    await this.ended;
    clearTimeout(impatience);
  }

  /** Ends the process at once; what it started notices by itself. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended;
  }

  /** Sends a signal to the process if it runs. */
  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) this.#child.kill(signal);
  }

  /** The last lines that the node wrote. */
  logTail(lines: number): string {
    const path = nodeLog(this.node);
    return existsSync(path) ? lastLines(readText(path, "it is written by the node"), lines) : "";
  }
}

/** Path of a node's log. */
export function nodeLog({ home }: NetworkNode): string {
  return join(home.root, "node.log");
}

function releaseEntry(): string {
  return join(packageRoot(), "dist/cmd/aivmd/main.js");
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    return signal === null ? `ended with code ${code ?? 0}` : `ended with ${signal}`;
  } catch (error) {
    return `could not be started: ${String(error)}`;
  }
}
