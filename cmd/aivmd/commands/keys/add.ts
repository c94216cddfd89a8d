import { deriveAccount } from "#core/crypto/hd.js";
import type { Command } from "commander";
import { newMnemonic } from "#sdk/signer/newMnemonic.js";
import { addExamples, wholeNumber } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";
import { keyPairs, printedKey } from "./keyText.js";

interface AddFlags {
  readonly recover?: boolean;
  readonly index: number;
  /** False for `--no-backup`. */
  readonly backup: boolean;
}

/** Below 2^31, where hardened child numbers begin. */
const MAX_INDEX = 2_147_483_647;

/** Adds `keys add`. */
export function registerAdd(keys: Command, io: CommandIo): void {
  const command = keys
    .command("add <name>")
    .summary("create or recover a key")
    .description(
      "Creates a key from a new mnemonic, or from one that is typed or piped in, at m/44'/118'/0'/0/<index>.",
    )
    .option("--recover", "read the mnemonic from standard input")
    .option("--index <number>", "number of the account", wholeNumber(0, MAX_INDEX), 0)
    .option("--no-backup", "do not print the new mnemonic");
  addExamples(
    command,
    "aivmd keys add alice",
    "aivmd keys add alice --recover --index 1",
    "aivmd keys add tester --keyring-backend test --recover < mnemonic.txt",
  );
  runs<AddFlags>(command, io, add);
}

async function add(session: Session, flags: AddFlags, [name = ""]: readonly string[]) {
  const { terminal } = session;
  const isNew = flags.recover !== true;
  const mnemonic = isNew ? newMnemonic() : await readMnemonic(session);
  const { privateKey } = deriveAccount(mnemonic, flags.index);
  const record = await session.openKeyring().add(name, privateKey);
  warnOfPlainKeys(session);
  const key = printedKey(record);
  const isShown = isNew && flags.backup;
  terminal.show(isShown ? { ...key, mnemonic } : key, () => terminal.pairs(keyPairs(key)));
  if (isShown && terminal.output === "text") {
    terminal.note(
      `\nWrite this mnemonic down and keep it safe. It is the only way to recover the key.\n\n${mnemonic}`,
    );
  }
}

async function readMnemonic({ input }: Session): Promise<string> {
  const typed = await input.secret("the mnemonic");
  return typed.trim().toLowerCase().split(/\s+/).join(" ");
}

/** Says it where keys come into being: a plain keyring is for tests. */
export function warnOfPlainKeys({ client, terminal, home }: Session): void {
  if (client.keyringBackend !== "test") return;
  terminal.warn(
    `the keyring backend "test" does not encrypt keys: whoever reads ${home.root}/keyring-test has them`,
  );
}
