import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { writeText } from "../home/files.js";
import { COMET_DATA_FOLDER, type HomePaths } from "../home/homePaths.js";
import type { Logger, LogLevel } from "../logging/logger.js";
import { errorSentence, relayCometLine } from "./cometLog.js";

/** What a CometBFT is started with. */
export interface CometOptions {
  readonly binary: string;
  readonly home: HomePaths;
  /** Address of the application's socket. */
  readonly proxyApp: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly level: LogLevel;
}

/** How long CometBFT has to end by itself before it is killed. */
const STOP_GRACE_MS = 15_000;

/**
 * CometBFT's consensus has stopped for good, for example because its disk is full, although its
 * process runs on and answers: whoever supervises the node must learn of it.
 */
const CONSENSUS_FAILURE = "CONSENSUS FAILURE!!!";

/** CometBFT's levels have no warning. */
const COMET_LEVELS: Readonly<Record<LogLevel, string>> = {
  error: "error",
  warn: "error",
  info: "info",
  debug: "debug",
};

/**
 * The CometBFT of this node, as a child process. It is stopped when its consensus fails; nothing
 * starts it again when it ends.
 */
export class CometProcess {
  /** Settles with a sentence when the process has ended and all it wrote was read. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  /** The error that CometBFT wrote last; a panic is its last word. */
  #lastError: string | undefined;

  constructor(options: CometOptions) {
    const { binary, home, proxyApp, environment, log, level } = options;
    const flags = [
      ["--home", home.root],
      ["--proxy_app", proxyApp],
      ["--abci", "socket"],
      ["--db_dir", COMET_DATA_FOLDER],
      ["--log_level", COMET_LEVELS[level]],
    ];
    this.#child = spawn(binary, ["start", ...flags.flat()], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...environment, CMT_LOG_FORMAT: "json" },
      // A group of its own, so that an interrupt from the terminal reaches us alone and we stop in order.
      detached: true,
    });
    const { pid } = this.#child;
    if (pid !== undefined) writeText(home.cometProcess, String(pid));
    this.ended = this.#watch(home, log);
  }

  /** Identifier of the operating system; undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks the process to end and kills it when it does not within the grace. */
  async stop(graceMs: number = STOP_GRACE_MS): Promise<void> {
    this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(impatience);
  }

  async #watch(home: HomePaths, log: Logger): Promise<string> {
    const { stdout, stderr } = this.#child;
    for (const stream of [stdout, stderr]) {
      if (stream !== null) this.#relay(stream, log);
    }
    const reason = await exitReason(this.#child);
    rmSync(home.cometProcess, { force: true });
    return this.#lastError === undefined ? reason : `${reason}; its last error: ${this.#lastError}`;
  }

  #relay(stream: Readable, log: Logger): void {
    createInterface({ input: stream }).on("line", (line) => {
      relayCometLine(log, line);
      const error = errorSentence(line);
      if (this.#lastError === undefined || !isLastWord(this.#lastError)) {
        this.#lastError = error ?? this.#lastError;
      }
      if (error?.startsWith(CONSENSUS_FAILURE) === true) void this.stop();
    });
  }
}

/** What is said afterwards explains nothing. */
function isLastWord(error: string): boolean {
  return error.startsWith("panic:") || error.startsWith(CONSENSUS_FAILURE);
}

function exitReason(child: ChildProcess): Promise<string> {
  return new Promise((settle) => {
    child.once("error", (error) => {
      if (child.pid === undefined) settle(`CometBFT cannot be started: ${error.message}`);
    });
    child.once("close", (code, signal) => {
      settle(`CometBFT ended with ${signal ?? `code ${code ?? 0}`}`);
    });
  });
}
