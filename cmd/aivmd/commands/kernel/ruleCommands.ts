import type { Command } from "commander";
import { MsgSetHead, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { compareBig } from "#core/primitives/sorted.js";
import { findKernel } from "#sdk/kernel/findKernel.js";
import { listVersions } from "#sdk/kernel/listVersions.js";
import type { CommandIo } from "../../io.js";
import { notFound } from "../query/errors.js";
import { KERNEL_TXS } from "../tx/kernelTxs.js";
import { addTxCommand } from "../tx/txCommands.js";
import type { MessageSource, TxCommand } from "../tx/txTable.js";

/**
 * What an owner, or the authority, does with a kernel: the verb, and the transaction that it sends.
 */
const VERBS: ReadonlyArray<readonly [verb: string, transaction: string]> = [
  ["set-head", "set-head"],
  ["deprecate", "deprecate-version"],
  ["takedown", "take-down"],
  ["access", "set-access"],
  ["price", "set-price"],
  ["royalty", "set-royalty"],
  ["transfer", "transfer"],
  ["start-shadow", "start-shadow"],
  ["stop-shadow", "stop-shadow"],
  ["shadow-policy", "set-shadow-policy"],
];

const ROLLBACK: TxCommand = {
  name: "rollback",
  summary: "make the newest active version before the head, that was one, the head again",
  args: [["<kernel>", "its name"]],
  example: "digits --from alice",
  build: rollback,
};

/** Adds what owners do with kernels that are on the chain: `aivmd tx kernel` by shorter names. */
export function addRuleCommands(kernel: Command, io: CommandIo): void {
  const commands = VERBS.map(([name, transaction]) => ({ ...transactionOf(transaction), name }));
  for (const command of [...commands, ROLLBACK]) {
    const example = `aivmd kernel ${command.name} ${command.example}`;
    addTxCommand(kernel, io, { ...command, example });
  }
}

function transactionOf(name: string): TxCommand {
  const found = KERNEL_TXS.commands.find((command) => command.name === name);
  return assertDefined(found, "verbs name transactions");
}

/**
 * Which version is older is asked now; the message names it, so that nothing else is chosen. Only
 * what was the head may become it whatever the kernel's shadow policy says.
 */
async function rollback({ sender, rpc, args }: MessageSource): Promise<PackedMessage[]> {
  const [name = ""] = args;
  const kernel = await findKernel(rpc, name);
  if (kernel === undefined) throw notFound({ problem: `kernel ${name}` });
  const versions = await listVersions(rpc, name);
  const head = versions.find(({ id }) => equalBytes(id, kernel.headVersionId));
  const [version] = versions
    .filter(({ status, wasHead }) => status === VersionStatus.ACTIVE && wasHead)
    .filter(({ number }) => number < (head?.number ?? 0n))
    .sort((a, b) => compareBig(b.number, a.number));
  if (version === undefined) {
    const what =
      head === undefined
        ? "no head"
        : `no active version before ${name}@${head.number} that was the head`;
    throw notFound({ problem: `kernel ${name} has ${what}` });
  }
  return [pack(MsgSetHead, { owner: sender.account, versionId: version.id })];
}
