import type { Command } from "commander";
import { accountAddress, formatAddress } from "#core/crypto/address.js";
import { secp256k1PublicKey } from "#core/crypto/secp256k1.js";
import { fromHex, toHex } from "#core/primitives/bytes.js";
import { readJsonObject } from "#node/home/files.js";
import { PassphraseBox } from "#node/keyring/secretBox.js";
import { badKeyFile, wrongUse } from "../../errors.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";
import { warnOfPlainKeys } from "./add.js";
import { keyPairs, printedKey } from "./keyText.js";

interface ExportFlags {
  readonly unarmoredHex?: boolean;
  readonly unsafe?: boolean;
}

const PRIVATE_KEY_BYTES = 32;

/** Adds `keys export`, `keys import` and `keys import-hex`. */
export function registerTransfer(keys: Command, io: CommandIo): void {
  const exporting = keys
    .command("export <name>")
    .description("Prints a private key, encrypted with a passphrase of its own.")
    .option("--unarmored-hex", "print it in hex and not encrypted")
    .option("--unsafe", "confirm --unarmored-hex");
  addExamples(
    exporting,
    "aivmd keys export alice > alice.key.json",
    "aivmd keys export alice --unarmored-hex --unsafe",
  );
  runs<ExportFlags>(exporting, io, exportKey);
  const importing = keys
    .command("import <name> <file>")
    .description("Stores a private key that `keys export` printed.");
  addExamples(importing, "aivmd keys import alice alice.key.json");
  runs(importing, io, importFile);
  const hex = keys
    .command("import-hex <name>")
    .description("Stores a private key of 32 bytes that is typed or piped in as hex.");
  addExamples(hex, "aivmd keys import-hex alice < alice.hex");
  runs(hex, io, importHex);
}

async function exportKey(session: Session, flags: ExportFlags, [name = ""]: readonly string[]) {
  const { terminal, input } = session;
  if ((flags.unarmoredHex === true) !== (flags.unsafe === true)) {
    const problem = "give --unarmored-hex and --unsafe together to print the key unencrypted";
    throw wrongUse({ problem });
  }
  const privateKey = await session.openKeyring().exportKey(name);
  if (flags.unarmoredHex === true) {
    terminal.print(toHex(privateKey));
    return;
  }
  const address = addressOf(privateKey);
  const box = new PassphraseBox(() => input.newSecret("a passphrase for the exported key"));
  terminal.json({ address, ...(await box.seal(privateKey, address)) });
}

async function importFile(session: Session, _flags: object, args: readonly string[]) {
  const [name = "", path = ""] = args;
  const json = readJsonObject(path, "name a file that `aivmd keys export` printed");
  const { address } = json;
  const label = typeof address === "string" ? address : "";
  const box = new PassphraseBox(() => session.input.secret("the exported key's passphrase"));
  const privateKey = await box.open(json, label);
  if (privateKey?.length !== PRIVATE_KEY_BYTES || addressOf(privateKey) !== label) {
    throw badKeyFile({ path });
  }
  await store(session, name, privateKey);
}

async function importHex(session: Session, _flags: object, [name = ""]: readonly string[]) {
  const typed = await session.input.secret("the private key in hex");
  const privateKey = fromHex(typed.trim().toLowerCase());
  if (privateKey?.length !== PRIVATE_KEY_BYTES) {
    throw wrongUse({ problem: "a private key is 32 bytes: 64 hex digits" });
  }
  await store(session, name, privateKey);
}

async function store(session: Session, name: string, privateKey: Uint8Array): Promise<void> {
  const key = printedKey(await session.openKeyring().add(name, privateKey));
  warnOfPlainKeys(session);
  session.terminal.show(key, () => session.terminal.pairs(keyPairs(key)));
}

function addressOf(privateKey: Uint8Array): string {
  return formatAddress("account", accountAddress(secp256k1PublicKey(privateKey)));
}
