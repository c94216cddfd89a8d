import { type Command, Option } from "commander";
import { wrongUse } from "../../errors.js";
import { addChainIdFlag, addExamples, addKeyringFlag, addNodeFlag } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import { rpcOf, runsOnline } from "../query/connection.js";
import { type BroadcastMode, handIn, showOutcome } from "./deliver.js";
import { encodeTx } from "./signPayload.js";
import { readTxDocument } from "./txFile.js";

interface BroadcastFlags {
  readonly broadcastMode?: BroadcastMode;
}

/** Adds `--broadcast-mode`. */
export function addBroadcastModeFlag(command: Command): Command {
  return command.addOption(
    new Option(
      "-b, --broadcast-mode <mode>",
      "what is waited for: a block, the node's check (sync), nothing (async) (default: as client.toml says, else block)",
    ).choices(["block", "sync", "async"]),
  );
}

/** Adds `tx broadcast`. */
export function registerBroadcast(tx: Command, io: CommandIo): void {
  const command = tx
    .command("broadcast <file>")
    .summary("send a transaction that was signed")
    .description(
      "Sends a signed transaction (- for standard input), waits for its block, and prints what became of it.",
    );
  // Scripts written for the Cosmos SDK's command give these too.
  command.option("-y, --yes", "nothing is asked; taken as by other commands");
  addKeyringFlag(addChainIdFlag(addNodeFlag(addBroadcastModeFlag(command))));
  addExamples(
    command,
    "aivmd tx broadcast signed.json",
    "aivmd tx broadcast - -b sync < signed.json",
  );
  runsOnline<BroadcastFlags>(command, io, broadcast);
}

async function broadcast(
  session: Session,
  flags: BroadcastFlags,
  [file = ""]: readonly string[],
): Promise<void> {
  const document = await readTxDocument(session, file);
  if (document.signatures.length === 0) {
    throw wrongUse({ problem: `${file}: is not signed; sign it by \`aivmd tx sign\`` });
  }
  const rpc = rpcOf(session);
  const mode = flags.broadcastMode ?? session.client.broadcastMode;
  const hash = await handIn(rpc, encodeTx(document), mode);
  const { timeoutHeight } = document.body;
  const gasWanted = document.authInfo.fee?.gasLimit ?? 0n;
  await showOutcome(session, rpc, { hash, timeoutHeight, gasWanted, mode });
}
