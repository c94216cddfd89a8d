import type { Command } from "commander";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { addChainQueries } from "./chainQueries.js";
import { addQueryGroups } from "./queryCommands.js";

/** Adds `query`: what the chain's state holds, its transactions and its blocks. */
export function registerQuery(program: Command, io: CommandIo): void {
  const query = program
    .command("query")
    .alias("q")
    .description("Asks the chain: the state of every module, transactions, blocks.")
    .summary("ask the chain");
  addExamples(
    query,
    "aivmd query bank balances nesa1w2tgtrgx2f6hktgncw22w7quu3xc4zrn8hpm8a",
    "aivmd query inference request 1 --output json",
  );
  addQueryGroups(query, io);
  addChainQueries(query, io);
}
