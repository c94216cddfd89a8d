import type { Command } from "commander";
import { readGenesisDoc } from "#node/genesis/genesisDoc.js";
import { validateGenesisDoc } from "#node/genesis/validateGenesis.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";

/** Adds `genesis validate`. */
export function registerValidate(genesis: Command, io: CommandIo): void {
  const command = genesis
    .command("validate [file]")
    .alias("validate-genesis")
    .summary("check a genesis file")
    .description("Checks a genesis file by starting the chain from it in memory.");
  addExamples(command, "aivmd genesis validate", "aivmd genesis validate exported.json");
  runs(command, io, validate);
}

function validate({ home, terminal }: Session, _flags: object, args: readonly string[]): void {
  const [path = home.genesis] = args;
  const doc = readGenesisDoc(path);
  const validators = validateGenesisDoc(doc).length;
  terminal.show(
    { file: path, chain_id: doc.chain_id, initial_height: doc.initial_height, validators },
    () => `${path} is valid: chain ${doc.chain_id} starts with ${validators} validator(s)`,
  );
}
