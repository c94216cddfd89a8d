import type { Command } from "commander";
import { newMnemonic } from "#sdk/signer/newMnemonic.js";
import { addExamples, addKeyringFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs } from "../../session.js";
import { registerAdd } from "./add.js";
import { registerRead } from "./read.js";
import { registerDelete } from "./remove.js";
import { registerTransfer } from "./transfer.js";

/** Adds `keys`. */
export function registerKeys(program: Command, io: CommandIo): void {
  const keys = program
    .command("keys")
    .summary("keep account keys")
    .description("Creates, shows and moves the account keys of this user.");
  addKeyringFlag(keys);
  addExamples(keys, "aivmd keys add alice", "aivmd keys list --keyring-backend test");
  registerAdd(keys, io);
  registerRead(keys, io);
  registerDelete(keys, io);
  registerTransfer(keys, io);
  const mnemonic = keys
    .command("mnemonic")
    .description("Prints a new mnemonic of 24 words and stores nothing.");
  addExamples(mnemonic, "aivmd keys mnemonic");
  runs(mnemonic, io, ({ terminal }) => {
    terminal.print(newMnemonic());
  });
}
