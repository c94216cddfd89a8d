import type { Command } from "commander";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { registerAddAccount } from "./addAccount.js";
import { registerCollect } from "./collect.js";
import { registerGentx } from "./gentx.js";
import { registerValidate } from "./validate.js";

/** Adds `genesis`. */
export function registerGenesis(program: Command, io: CommandIo): void {
  const genesis = program
    .command("genesis")
    .summary("prepare the genesis file")
    .description("Prepares the genesis file of a new chain.");
  addExamples(
    genesis,
    "aivmd genesis add-account alice 1000000000unes",
    "aivmd genesis gentx alice 100000000unes",
    "aivmd genesis collect",
    "aivmd genesis validate",
  );
  registerAddAccount(genesis, io);
  registerGentx(genesis, io);
  registerCollect(genesis, io);
  registerValidate(genesis, io);
}
