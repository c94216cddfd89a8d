import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";

/** How a program of the bench is started. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** File that takes what it writes. */
  readonly logFile: string;
}

const STOP_GRACE_MS = 20_000;
const LAST_LINES = 15;

/** A program that runs until it is stopped. */
export class Child {
  readonly #options: ChildOptions;
  readonly #process: ChildProcess;

  constructor(options: ChildOptions) {
    this.#options = options;
    const log = openSync(options.logFile, "a");
    this.#process = spawn(options.command, options.args, { stdio: ["ignore", log, log] });
    closeSync(log);
  }

  /** Identifier of the operating system. */
  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`${this.#options.command} could not be started`);
    return pid;
  }

  /** Fails with the last lines of its log when the program has ended. */
  assertRunning(): void {
    if (this.#process.exitCode === null && this.#process.signalCode === null) return;
    const lines = readFileSync(this.#options.logFile, "utf8").trimEnd().split("\n");
    const tail = lines.slice(-LAST_LINES).join("\n");
    throw new Error(`${this.#options.command} has ended; its last lines:\n${tail}`);
  }

  /** Asks it to end, and ends it when it does not. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const impatience = setTimeout(() => this.#process.kill("SIGKILL"), STOP_GRACE_MS);
    await exited;
    clearTimeout(impatience);
  }
}
