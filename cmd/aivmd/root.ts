import { Command } from "commander";
import { APP_VERSION } from "#app/chain.js";
import { registerChainInfo } from "./commands/chainInfo/register.js";
import { registerComet } from "./commands/comet.js";
import { registerCompletion } from "./commands/completion.js";
import { registerDoctor } from "./commands/doctor/register.js";
import { registerExport } from "./commands/export.js";
import { registerFaucet } from "./commands/faucet/register.js";
import { registerGenesis } from "./commands/genesis/register.js";
import { registerInit } from "./commands/init.js";
import { registerKernel } from "./commands/kernel/register.js";
import { registerKeys } from "./commands/keys/register.js";
import { registerQuery } from "./commands/query/register.js";
import { registerRollback } from "./commands/rollback.js";
import { registerSnapshots } from "./commands/snapshots.js";
import { registerStart } from "./commands/start.js";
import { registerStatus } from "./commands/status/register.js";
import { registerTestnet } from "./commands/testnet.js";
import { registerTx } from "./commands/tx/register.js";
import { registerVersion } from "./commands/version.js";
import { exitCodesText } from "./exitCodes.js";
import { addExamples, addGlobalFlags } from "./flags.js";
import type { CommandIo } from "./io.js";

/** Adds a command, or a group of commands, to the program. */
export type RegisterCommands = (program: Command, io: CommandIo) => void;

/** Every group of commands, in the order of the help. */
export const COMMAND_GROUPS: readonly RegisterCommands[] = [
  registerInit,
  registerStart,
  registerKeys,
  registerGenesis,
  registerTestnet,
  registerTx,
  registerKernel,
  registerQuery,
  registerStatus,
  registerChainInfo,
  registerFaucet,
  registerDoctor,
  registerExport,
  registerRollback,
  registerSnapshots,
  registerComet,
  registerCompletion,
  registerVersion,
];

/** The command line, assembled from groups of commands. It throws instead of ending the process. */
export function createProgram(io: CommandIo, groups: readonly RegisterCommands[]): Command {
  const program = new Command("aivmd")
    .description("Node and command line of the AIVM chain")
    .version(APP_VERSION, "--version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // What went wrong is printed in one place, in the format that was asked for.
      outputError: () => undefined,
    })
    .exitOverride();
  addGlobalFlags(program, io);
  addExamples(program, "aivmd init my-node --chain-id aivm-test-1", "aivmd start");
  program.addHelpText("after", `\nExit codes:\n${exitCodesText()}`);
  for (const register of groups) register(program, io);
  return program;
}
