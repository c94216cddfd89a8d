import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { readText } from "#node/home/files.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import type { Testnet } from "../initFiles.js";
import { lastLines } from "../process/logTail.js";
import { faucetKeyOf } from "./faucetKey.js";

/** Where the faucet of the local network serves: the port of cosmjs' faucet. */
export const FAUCET_URL = "http://127.0.0.1:8000";

/** Enough for a few hundred answers of the sample kernels, as often as somebody who tries asks. */
const FLAGS = ["--amount", "100nes", "--window", "60", "--per-address", "10", "--per-ip", "1000"];

/** Longer than its own grace for a transaction that is under way. */
const STOP_GRACE_MS = 15_000;
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 200;

/** `aivmd faucet` of a local network as a child process, which writes into `faucet.log`. */
export class FaucetProcess {
  readonly log: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, log: string) {
    this.#child = child;
    this.log = log;
    // A failure to start is one to serve.
    child.on("error", () => undefined);
  }

  /** Starts the faucet against the first node of a network that makes blocks. */
  static start(folder: string, net: Testnet): FaucetProcess {
    const [first] = net.nodes;
    const log = join(folder, "faucet.log");
    const sink = openSync(log, "a");
    const entry = join(packageRoot(), "dist/cmd/aivmd/main.js");
    const key = faucetKeyOf(net).name;
    const place = ["--home", first?.home.root ?? folder, "--from", key, "--listen", FAUCET_URL];
    const child = spawn(process.execPath, [entry, "faucet", ...place, ...FLAGS], {
      stdio: ["ignore", sink, sink],
      detached: true,
    });
    closeSync(sink);
    return new FaucetProcess(child, log);
  }

  /** Number of the process; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  #isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Whether it serves; false when it ended or is not ready in time. */
  async serves(): Promise<boolean> {
    const endMs = performance.now() + START_TIMEOUT_MS;
    while (this.#isRunning() && performance.now() < endMs) {
      const answers = await fetch(`${FAUCET_URL}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers && this.#isRunning()) return true;
      await new Promise((settle) => setTimeout(settle, POLL_MS));
    }
    return false;
  }

  /** Asks it to stop and waits; kills it when it does not within its grace. */
  async stop(): Promise<void> {
    if (!this.#isRunning()) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => {
      this.#child.kill("SIGKILL");
    }, STOP_GRACE_MS);
    await ended;
    clearTimeout(impatience);
  }

  /** The last lines that it wrote. */
  logTail(lines: number): string {
    return existsSync(this.log) ? lastLines(readText(this.log, "the faucet writes it"), lines) : "";
  }
}
