import { type Command, InvalidArgumentError, Option } from "commander";
import { LOG_LEVELS, type LogLevel } from "#node/logging/logger.js";
import { defaultHome } from "#node/home/homePaths.js";
import type { CommandIo } from "./io.js";
import type { OutputFormat } from "./terminal/terminal.js";

/** Flags of every command, and those that some commands add by the functions below. */
export interface CommonFlags {
  readonly home: string;
  readonly output?: OutputFormat;
  readonly logLevel: LogLevel;
  /** False for `--no-color`. */
  readonly color: boolean;
  readonly node?: string;
  readonly chainId?: string;
  readonly keyringBackend?: "file" | "test";
}

/** Adds the flags of every command to the program. */
export function addGlobalFlags(program: Command, { environment }: CommandIo): Command {
  return program
    .option("--home <folder>", "folder of the node's files", defaultHome(environment))
    .addOption(
      new Option(
        "-o, --output <format>",
        "how answers are printed (default: as client.toml says, else text)",
      ).choices(["text", "json"]),
    )
    .addOption(
      new Option("--log-level <level>", "what a running node logs")
        .choices([...LOG_LEVELS])
        .default("info"),
    )
    .option("--no-color", "print without colours; so does the environment variable NO_COLOR");
}

/** Adds `--node`, which overrides `client.toml`. */
export function addNodeFlag(command: Command): Command {
  return command.option(
    "--node <address>",
    "RPC of the CometBFT to talk to (default: as client.toml says, else tcp://localhost:26657)",
  );
}

/** Adds `--chain-id`, which overrides `client.toml`. */
export function addChainIdFlag(command: Command): Command {
  return command.option("--chain-id <id>", "id of the chain (default: as client.toml says)");
}

/** Adds `--keyring-backend`, which overrides `client.toml`. */
export function addKeyringFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "--keyring-backend <backend>",
      "where keys are kept: encrypted (file) or plain (test) (default: as client.toml says, else file)",
    ).choices(["file", "test"]),
  );
}

/** Ends a command's help with examples; every command has one at least. */
export function addExamples(command: Command, ...examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ ${example}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

/** Reads an option's whole number from `minimum` to `maximum`. */
export function wholeNumber(
  minimum: number,
  maximum: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };
}
