import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import type { CommandIo, SignalSource } from "#cmd/aivmd/io.js";
import type { RegisterCommands } from "#cmd/aivmd/root.js";
import type { ExitCode } from "#cmd/aivmd/exitCodes.js";
import { run } from "#cmd/aivmd/run.js";

/** What a command line printed and how it ended. */
export interface CommandOutcome {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nobody ends what a test runs. */
class QuietSignals extends EventEmitter implements SignalSource {
  exit(code: number): void {
    throw new Error(`the command ended the process with code ${code}`);
  }
}

/** Runs a command line of some groups in this process, on streams of its own that are no terminal. */
export async function runCommand(
  groups: readonly RegisterCommands[],
  argv: readonly string[],
  input = "",
  environment: CommandIo["environment"] = {},
): Promise<CommandOutcome> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr"): CommandIo["stdout"] => ({
    write: (text) => (written[name] += text),
  });
  const stdin = new PassThrough();
  stdin.end(input);
  const code = await run(
    argv,
    {
      environment,
      stdin,
      stdout: stream("stdout"),
      stderr: stream("stderr"),
      signals: new QuietSignals(),
    },
    groups,
  );
  return { code, ...written };
}
