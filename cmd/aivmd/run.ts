import { CommanderError } from "commander";
import { wrongUse } from "./errors.js";
import { EXIT_CODES, type ExitCode } from "./exitCodes.js";
import type { CommandIo } from "./io.js";
import { createProgram, type RegisterCommands } from "./root.js";
import { errorText, reportOf } from "./terminal/errorText.js";
import { createStyle, showsColours } from "./terminal/style.js";
import type { OutputFormat } from "./terminal/terminal.js";

/** Runs a command line, the program's own name left out, and reports what goes wrong. */
export async function run(
  argv: readonly string[],
  io: CommandIo,
  groups: readonly RegisterCommands[],
): Promise<ExitCode> {
  try {
    await createProgram(io, groups).parseAsync(argv, { from: "user" });
    return EXIT_CODES.done.code;
  } catch (error) {
    return fail(error, argv, io);
  }
}

function fail(error: unknown, argv: readonly string[], io: CommandIo): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_CODES.done.code;
    // The help of a group that was called without a command is the message.
    if (error.code === "commander.help") return EXIT_CODES.wrongUse.code;
  }
  const isColoured = !argv.includes("--no-color") && showsColours(io.stderr, io.environment);
  const text = errorText(reportOf(error), requestedOutput(argv), createStyle(isColoured));
  io.stderr.write(`${text}\n`);
  const isWrongUse = error instanceof CommanderError || wrongUse.is(error);
  return isWrongUse ? EXIT_CODES.wrongUse.code : EXIT_CODES.failed.code;
}

/** The format that the command line asks for, even where it is not a valid one otherwise. */
function requestedOutput(argv: readonly string[]): OutputFormat {
  const isJson = argv.some(
    (word, index) =>
      word === "--output=json" ||
      word === "-ojson" ||
      (word === "json" && ["--output", "-o"].includes(argv[index - 1] ?? "")),
  );
  return isJson ? "json" : "text";
}
