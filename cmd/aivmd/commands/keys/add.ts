import { deriveAccount } from "#core/crypto/hd.js";
import type { Command } from "commander";
import { newMnemonic } from "#sdk/signer/newMnemonic.js";
import { addExamples, wholeNumber } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";
import { wrongUse } from "../../errors.js";
import { keyPairs, printedKey } from "./keyText.js";
import { multisigOf, publicKeyOf } from "./publicKeys.js";

interface AddFlags {
  readonly recover?: boolean;
  readonly index: number;
  /** False for `--no-backup`. */
  readonly backup: boolean;
  readonly multisig?: string;
  readonly multisigThreshold?: number;
  /** False for `--nosort`. */
  readonly nosort?: boolean;
  readonly pubkey?: string;
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
    .option("--no-backup", "do not print the new mnemonic")
    .option("--multisig <keys>", "names of up to 7 keys, by commas, that sign together")
    .option("--multisig-threshold <k>", "how many of them must sign", wholeNumber(1, 7))
    .option("--nosort", "keep the keys in the given order instead of sorting them by address")
    .option("--pubkey <key>", "store a public key alone, in JSON or base64");
  addExamples(
    command,
    "aivmd keys add alice",
    "aivmd keys add alice --recover --index 1",
    "aivmd keys add treasury --multisig alice,bob,carol --multisig-threshold 2",
    "aivmd keys add tester --keyring-backend test --recover < mnemonic.txt",
  );
  runs<AddFlags>(command, io, add);
}

async function add(session: Session, flags: AddFlags, [name = ""]: readonly string[]) {
  if (flags.multisig !== undefined || flags.pubkey !== undefined) {
    addPublic(session, flags, name);
    return;
  }
  if (flags.multisigThreshold !== undefined || flags.nosort === true) {
    throw wrongUse({ problem: "--multisig is needed: the names of the keys that sign together" });
  }
  await addPrivate(session, flags, name);
}

/** A key of which nothing is secret: a multisig, or somebody's public key. */
function addPublic(session: Session, flags: AddFlags, name: string): void {
  const { terminal } = session;
  const { multisig, multisigThreshold: threshold = 1, nosort = false, pubkey } = flags;
  if (flags.recover === true || (multisig !== undefined && pubkey !== undefined)) {
    throw wrongUse({ problem: "--multisig, --pubkey and --recover exclude one another" });
  }
  const keyring = session.openKeyring();
  const record =
    multisig === undefined
      ? keyring.addPublicKey(name, publicKeyOf(pubkey ?? ""))
      : keyring.addMultisig(name, multisigOf(keyring, multisig.split(","), { threshold, nosort }));
  const key = printedKey(record);
  terminal.show(key, () => terminal.pairs(keyPairs(key)));
}

async function addPrivate(session: Session, flags: AddFlags, name: string): Promise<void> {
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
