import type { Command } from "commander";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import type { SignerInfo } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { formatAddress } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import type { Keyring, KeyRecord } from "#node/keyring/keyring.js";
import { wrongUse } from "../../errors.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import { runsOnline } from "../query/connection.js";
import { findKey } from "../keys/findKey.js";
import { onlyKey } from "./sender.js";
import {
  addSignFlags,
  addSignModeFlag,
  signedAccount,
  type SignFlags,
  signModeOf,
  type SignModeName,
} from "./signFlags.js";
import { accountOfInfo, signBytes, signersOfTx } from "./signPayload.js";
import {
  readTxDocument,
  signaturesJson,
  type TxDocument,
  txJson,
  writeDocument,
} from "./txFile.js";

interface TxSignFlags extends SignFlags {
  readonly from?: string;
  readonly multisig?: string;
  readonly signMode?: SignModeName;
  readonly overwrite?: boolean;
}

/** Adds `tx sign`. */
export function registerSign(tx: Command, io: CommandIo): void {
  const command = tx
    .command("sign <file>")
    .summary("sign a transaction that was generated")
    .description(
      "Signs a transaction that --generate-only printed (- for standard input) and prints it with the signature. For a multisig it prints the signature of one of its keys, for `aivmd tx multisign`.",
    )
    .option("--from <key>", "name or address of the key that signs")
    .option("--multisig <key>", "name or address of the multisig that one of its keys signs for")
    .option("--overwrite", "replace the signatures that are there");
  addSignFlags(addSignModeFlag(command));
  addExamples(
    command,
    "aivmd tx sign unsigned.json --from alice --output-document signed.json",
    "aivmd tx sign unsigned.json --from alice --multisig treasury --output-document alice.json",
  );
  runsOnline<TxSignFlags>(command, io, sign);
}

async function sign(
  session: Session,
  flags: TxSignFlags,
  [file = ""]: readonly string[],
): Promise<void> {
  const keyring = session.openKeyring();
  const key = flags.from === undefined ? onlyKey(keyring) : findKey(keyring, flags.from);
  const read = await readTxDocument(session, file);
  const document = flags.overwrite === true ? withoutSignatures(read) : read;
  const signer = flags.multisig === undefined ? key : multisigOf(keyring, key, flags.multisig);
  const account = formatAddress("account", signer.address);
  const signers = signersOfTx(document);
  if (!signers.includes(account)) {
    const problem = `${account} signs nothing in this transaction; its signers are ${signers.join(", ")}`;
    throw wrongUse({ problem });
  }
  const mode = modeOf(flags, signers);
  const { chainId } = session;
  const place = { mode, chainId, account: await signedAccount(session, account, flags) };
  const info = infoOf(key, place.account.sequence, mode);
  const prepared = flags.multisig === undefined ? withInfo(document, info, signers) : document;
  const signature = await keyring.sign(key.name, signBytes(prepared, place));
  const json =
    flags.signatureOnly === true || flags.multisig !== undefined
      ? signaturesJson([descriptorOf(info, mode, signature)])
      : txJson(withSignature(prepared, account, signature));
  writeDocument(session, json, flags.outputDocument);
}

/** Direct signatures are over what all signers say, so that they can only be given by one alone. */
function modeOf({ signMode, multisig }: TxSignFlags, signers: readonly string[]): SignMode {
  const isAlone = multisig === undefined && signers.length === 1;
  const mode = signModeOf(signMode ?? (isAlone ? "direct" : "amino-json"));
  if (mode !== SignMode.DIRECT || isAlone) return mode;
  throw wrongUse({
    problem:
      multisig === undefined
        ? "--sign-mode: several signers sign amino-json, not direct"
        : "--sign-mode: the keys of a multisig sign amino-json, not direct",
  });
}

function multisigOf(keyring: Keyring, key: KeyRecord, name: string): KeyRecord {
  const record = findKey(keyring, name);
  const { multisig } = record;
  if (multisig === undefined) {
    throw wrongUse({ problem: `--multisig: ${name} is a single key, not a multisig` });
  }
  if (multisig.publicKeys.some((one) => equalBytes(one, key.publicKey))) return record;
  throw wrongUse({ problem: `--from: ${key.name} is not a key of the multisig ${name}` });
}

function infoOf({ publicKey }: KeyRecord, sequence: bigint, mode: SignMode): SignerInfo {
  return {
    publicKey: pack(PubKey, { key: publicKey }),
    modeInfo: { single: { mode }, multi: undefined },
    sequence,
  };
}

function descriptorOf(
  { publicKey, sequence }: SignerInfo,
  mode: SignMode,
  signature: Uint8Array,
): Parameters<typeof signaturesJson>[0][number] {
  return { publicKey, data: { single: { mode, signature }, multi: undefined }, sequence };
}

function withoutSignatures(document: TxDocument): TxDocument {
  return { ...document, authInfo: { ...document.authInfo, signerInfos: [] }, signatures: [] };
}

/** With the signer among those who have signed, in the order of the messages' signers. */
function withInfo(document: TxDocument, info: SignerInfo, signers: readonly string[]): TxDocument {
  const own = accountOfInfo(info);
  const { authInfo, signatures } = document;
  const others = authInfo.signerInfos
    .map((one, index) => ({ info: one, signature: signatures[index] ?? new Uint8Array(0) }))
    .filter((one) => accountOfInfo(one.info) !== own);
  const all = [...others, { info, signature: new Uint8Array(0) }].sort(
    (a, b) => placeOf(a.info, signers) - placeOf(b.info, signers),
  );
  return {
    ...document,
    authInfo: { ...authInfo, signerInfos: all.map((one) => one.info) },
    signatures: all.map(({ signature }) => signature),
  };
}

function placeOf(info: SignerInfo, signers: readonly string[]): number {
  return signers.indexOf(accountOfInfo(info) ?? "");
}

function withSignature(document: TxDocument, account: string, signature: Uint8Array): TxDocument {
  const signatures = document.authInfo.signerInfos.map((info, index) =>
    accountOfInfo(info) === account ? signature : (document.signatures[index] ?? new Uint8Array(0)),
  );
  return { ...document, signatures };
}
