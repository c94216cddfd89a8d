import { type Command, Option } from "commander";
import { wrongUse } from "../../errors.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";
import { findKey } from "./findKey.js";
import { BECH_KINDS, keyPairs, printedKey } from "./keyText.js";

interface ListFlags {
  readonly listNames?: boolean;
}

interface ShowFlags {
  readonly address?: boolean;
  readonly pubkey?: boolean;
  readonly bech: keyof typeof BECH_KINDS;
}

/** Adds `keys list` and `keys show`. */
export function registerRead(keys: Command, io: CommandIo): void {
  const list = keys
    .command("list")
    .description("Lists all keys.")
    .option("-n, --list-names", "names only");
  addExamples(list, "aivmd keys list", "aivmd keys list --output json");
  runs<ListFlags>(list, io, listKeys);
  const show = keys
    .command("show <name-or-address>")
    .description("Shows a key.")
    .option("-a, --address", "the address only")
    .option("-p, --pubkey", "the public key only")
    .addOption(
      new Option("--bech <kind>", "address of the account, of its operator, or as consensus key")
        .choices(Object.keys(BECH_KINDS))
        .default("acc"),
    );
  addExamples(show, "aivmd keys show alice", "aivmd keys show alice -a --bech val");
  runs<ShowFlags>(show, io, showKey);
}

function listKeys(session: Session, { listNames }: ListFlags): void {
  const { terminal } = session;
  const keys = session
    .openKeyring()
    .list()
    .map((record) => printedKey(record));
  if (listNames === true) {
    const names = keys.map(({ name }) => name);
    terminal.show(names, () => names.join("\n"));
    return;
  }
  terminal.show(keys, () =>
    keys.length === 0
      ? "no keys; `aivmd keys add NAME` creates one"
      : terminal.table(
          [{ title: "name" }, { title: "address" }],
          keys.map(({ name, address }) => [name, address]),
        ),
  );
}

function showKey(session: Session, flags: ShowFlags, [name = ""]: readonly string[]): void {
  const { terminal } = session;
  if (flags.address === true && flags.pubkey === true) {
    throw wrongUse({ problem: "give --address or --pubkey, not both" });
  }
  const key = printedKey(findKey(session.openKeyring(), name), BECH_KINDS[flags.bech]);
  if (flags.address === true) terminal.print(key.address);
  else if (flags.pubkey === true) terminal.print(key.pubkey);
  else terminal.show(key, () => terminal.pairs(keyPairs(key)));
}
