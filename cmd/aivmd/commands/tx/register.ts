import type { Command } from "commander";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { registerBroadcast } from "./broadcastCommand.js";
import { registerCoding } from "./codingCommands.js";
import { registerMultisign } from "./multisignCommand.js";
import { registerSign } from "./signCommand.js";
import { addTxGroups } from "./txCommands.js";

/** Adds `tx`: transactions of every module, signed with a key of the keyring. */
export function registerTx(program: Command, io: CommandIo): void {
  const tx = program
    .command("tx")
    .summary("sign and send transactions")
    .description(
      "Signs and sends transactions, waits for their block, and prints what became of them.",
    );
  addExamples(
    tx,
    "aivmd tx bank send nesa1w2tgtrgx2f6hktgncw22w7quu3xc4zrn8hpm8a 1.5nes --from alice",
    "aivmd tx inference request digits --input digit.json --from alice --yes",
  );
  addTxGroups(tx, io);
  registerSign(tx, io);
  registerMultisign(tx, io);
  registerBroadcast(tx, io);
  registerCoding(tx, io);
}
