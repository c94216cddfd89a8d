import type { Command } from "commander";
import { addExamples } from "../../flags.js";
import { wrongUse } from "../../errors.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { rpcOf, runsOnline } from "../query/connection.js";
import { BANK_TXS } from "./bankTxs.js";
import { declareOption } from "./declareOption.js";
import { DISTRIBUTION_TXS } from "./distributionTxs.js";
import { INFERENCE_TXS } from "./inferenceTxs.js";
import { KERNEL_TXS } from "./kernelTxs.js";
import { senderOf } from "./sender.js";
import { SLASHING_TXS, STAKING_TXS } from "./stakingTxs.js";
import { submit } from "./submit.js";
import { addTxFlags, type TxFlags } from "./txFlags.js";
import type { TxCommand, TxGroup } from "./txTable.js";

/** Every group of `aivmd tx`, in the order of the help. */
export const TX_GROUPS: readonly TxGroup[] = [
  BANK_TXS,
  STAKING_TXS,
  SLASHING_TXS,
  DISTRIBUTION_TXS,
  KERNEL_TXS,
  INFERENCE_TXS,
];

/** Adds the groups of `aivmd tx`. */
export function addTxGroups(tx: Command, io: CommandIo): void {
  for (const { name, aliases = [], summary, commands } of TX_GROUPS) {
    const group = tx
      .command(name)
      .aliases([...aliases])
      .description(summary);
    for (const command of commands) {
      addTxCommand(group, io, { ...command, example: exampleOf(name, command) });
    }
    const [first] = commands;
    if (first !== undefined) addExamples(group, exampleOf(name, first));
  }
}

/** The example at the end of a command's help. */
export function exampleOf(group: string, { name, example }: TxCommand): string {
  return `aivmd tx ${group} ${name} ${example}`;
}

/** Adds one command that sends a transaction; its example is a whole line. */
export function addTxCommand(group: Command, io: CommandIo, tx: TxCommand): void {
  const { name, aliases = [], summary, args, options = [] } = tx;
  const command = group
    .command(name)
    .aliases([...aliases])
    .description(summary);
  if (tx.leadingSender === true) {
    const words = args.map(([argument]) => argument).join(" ");
    command.argument("<words...>", args.map(([word, meaning]) => `${word} ${meaning}`).join("; "));
    command.usage(`[from] ${words} [options]`);
  } else {
    for (const [argument, meaning] of args) command.argument(argument, meaning);
  }
  for (const [option, meaning] of options) declareOption(command, option, meaning);
  addExamples(addTxFlags(command), tx.example);
  runsOnline<TxFlags>(command, io, (session, flags, words) => execute(session, tx, flags, words));
}

/** In place of a node when none is to be asked. */
const NO_NODE: RpcTransport = {
  url: "",
  call: () =>
    Promise.reject(
      wrongUse({ problem: "--offline: this transaction takes what only a node knows" }),
    ),
};

async function execute(
  session: Session,
  tx: TxCommand,
  flags: TxFlags,
  words: readonly string[],
): Promise<void> {
  const { from, args } = splitSender(tx, flags.from, words);
  const sender = senderOf(session, from);
  const rpc = flags.offline === true ? NO_NODE : rpcOf(session);
  const own = flags as unknown as Readonly<Record<string, unknown>>;
  const messages = await tx.build({ session, sender, rpc, args, flags: own });
  const { gasAdjustment = tx.gasAdjustment } = flags;
  const adjusted = gasAdjustment === undefined ? flags : { ...flags, gasAdjustment };
  await submit(session, { rpc, sender, messages }, adjusted);
}

/** The sender and the other words; without `--from` the first of too many words is the sender. */
export function splitSender(
  { leadingSender = false, args: declared }: Pick<TxCommand, "leadingSender" | "args">,
  from: string | undefined,
  words: readonly string[],
): { readonly from: string | undefined; readonly args: readonly string[] } {
  if (!leadingSender) return { from, args: words };
  const variadic = declared.some(([argument]) => argument.includes("..."));
  const leads = from === undefined && words.length > declared.length;
  const [first, ...rest] = words;
  const split = leads ? { from: first, args: rest } : { from, args: words };
  const { length } = split.args;
  if (variadic ? length >= declared.length : length === declared.length) return split;
  const wanted = declared.map(([argument]) => argument).join(" ");
  throw wrongUse({ problem: `expected ${wanted}: ${words.join(" ")}` });
}
