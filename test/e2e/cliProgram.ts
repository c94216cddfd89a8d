import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** How a command line ended. */
export interface ProgramOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** No command but a node that runs takes so long. */
const COMMAND_TIMEOUT_MS = 60_000;

/** Runs the program to its end. */
export function runProgram(
  entry: string,
  argv: readonly string[],
  input = "",
): Promise<ProgramOutcome> {
  return new Promise((settle) => {
    const options = {
      encoding: "utf8" as const,
      maxBuffer: 64 * 1024 * 1024,
      timeout: COMMAND_TIMEOUT_MS,
    };
    const child = execFile(
      process.execPath,
      [entry, ...argv],
      options,
      (_error, stdout, stderr) => {
        settle({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
    child.stdin?.end(input);
  });
}

/** A program that runs until it is told to stop; its log is one JSON object a line. */
export class RunningProgram {
  /** Settles with code or signal when the process has ended. */
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcess;
  readonly #lines: Array<Record<string, unknown>> = [];
  readonly #watchers = new Set<() => void>();
  #stderr = "";

  constructor(entry: string, argv: readonly string[]) {
    this.#child = spawn(process.execPath, [entry, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error("the streams are piped");
    createInterface({ input: stdout }).on("line", (line) => {
      this.#lines.push(JSON.parse(line) as Record<string, unknown>);
      for (const watcher of this.#watchers) watcher();
    });
    stderr.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.ended = new Promise((settle) => {
      this.#child.once("close", (code, signal) => {
        settle(signal ?? code ?? -1);
        for (const watcher of this.#watchers) watcher();
      });
    });
  }

  /** What it wrote to stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Lines of the log so far. */
  get log(): ReadonlyArray<Readonly<Record<string, unknown>>> {
    return this.#lines;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first line of the log for which something holds; fails when the program ends before. */
  awaitLine(
    holds: (line: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((settle, fail) => {
      const watch = (): void => {
        const found = this.#lines.find(holds);
        const hasEnded = this.#child.exitCode !== null || this.#child.signalCode !== null;
        if (found === undefined && !hasEnded) return;
        this.#watchers.delete(watch);
        if (found === undefined) fail(new Error(`the program ended: ${this.#stderr}`));
        else settle(found);
      };
      this.#watchers.add(watch);
      watch();
    });
  }
}
