import type { Command } from "commander";
import { PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { MultiSignature } from "#core/codec/generated/cosmos/crypto/multisig/v1beta1.js";
import {
  SignMode,
  type SignatureDescriptor,
} from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import type { SignerInfo } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { verifySecp256k1 } from "#core/crypto/secp256k1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { packMultisig } from "#modules/auth/types/publicKey.js";
import type { MultisigKeys } from "#node/keyring/keyring.js";
import { compactBits } from "#sdk/multisig/multisigTx.js";
import { wrongUse } from "../../errors.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import { findKey } from "../keys/findKey.js";
import { runsOnline } from "../query/connection.js";
import { addSignFlags, signedAccount, type SignFlags } from "./signFlags.js";
import { signBytes, signersOfTx } from "./signPayload.js";
import {
  readSignatures,
  readTxDocument,
  signaturesJson,
  type TxDocument,
  txJson,
  writeDocument,
} from "./txFile.js";

/** A signature of one key, with the file that it came from. */
interface Part {
  readonly file: string;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

const MODE = SignMode.LEGACY_AMINO_JSON;

/** Adds `tx multisign`. */
export function registerMultisign(tx: Command, io: CommandIo): void {
  const command = tx
    .command("multisign <file> <multisig> <signatures...>")
    .alias("multi-sign")
    .summary("join the signatures of a multisig's keys")
    .description(
      "Joins signatures that `aivmd tx sign --multisig` printed, after checking each, and prints the signed transaction.",
    );
  addSignFlags(command);
  addExamples(
    command,
    "aivmd tx multisign unsigned.json treasury alice.json bob.json --output-document signed.json",
  );
  runsOnline<SignFlags>(command, io, multisign);
}

async function multisign(
  session: Session,
  flags: SignFlags,
  [file = "", name = "", ...files]: readonly string[],
): Promise<void> {
  const { multisig, address } = findKey(session.openKeyring(), name);
  if (multisig === undefined)
    throw wrongUse({ problem: `${name} is a single key, not a multisig` });
  const document = await readTxDocument(session, file);
  const account = formatAddress("account", address);
  const signers = signersOfTx(document);
  if (signers.length !== 1 || signers[0] !== account) {
    const problem = `${account} is not the signer of this transaction, but ${signers.join(", ")}`;
    throw wrongUse({ problem });
  }
  const place = {
    mode: MODE,
    chainId: session.chainId,
    account: await signedAccount(session, account, flags),
  };
  const message = signBytes(document, place);
  const parts: Part[] = [];
  for (const one of files) parts.push(...(await readParts(session, one)));
  for (const part of parts) checkPart(part, { name, multisig, message });
  const joined = join(multisig, parts);
  const sequence = place.account.sequence;
  const json =
    flags.signatureOnly === true
      ? signaturesJson([descriptorOf(multisig, joined, sequence)])
      : txJson(signedTx(document, { multisig, joined, sequence }));
  writeDocument(session, json, flags.outputDocument);
}

async function readParts(session: Session, file: string): Promise<Part[]> {
  const signatures = await readSignatures(session, file);
  return signatures.map(({ publicKey, data }) => {
    if (publicKey?.typeUrl !== PubKey.typeUrl || data?.single?.mode !== MODE) {
      const problem = `${file}: not the amino-json signature of one key; sign with --multisig`;
      throw wrongUse({ problem });
    }
    const { signature } = data.single;
    return { file, publicKey: PubKey.decode(publicKey.value).key, signature };
  });
}

function checkPart(
  { file, publicKey, signature }: Part,
  { name, multisig, message }: { name: string; multisig: MultisigKeys; message: Uint8Array },
): void {
  if (!multisig.publicKeys.some((key) => equalBytes(key, publicKey))) {
    throw wrongUse({ problem: `${file}: its key is not of the multisig ${name}` });
  }
  if (verifySecp256k1({ publicKey, message, signature })) return;
  throw wrongUse({
    problem: `${file}: its signature is not for this transaction, or for another account number, sequence or chain id`,
  });
}

/** Signatures in the order of the keys, undefined for those who have not signed. */
function join({ threshold, publicKeys }: MultisigKeys, parts: readonly Part[]): Joined {
  const joined = publicKeys.map(
    (key) => parts.find(({ publicKey }) => equalBytes(publicKey, key))?.signature,
  );
  const count = joined.filter((one) => one !== undefined).length;
  if (count >= threshold) return joined;
  throw wrongUse({ problem: `${count} of the ${threshold} signatures that are needed` });
}

type Joined = ReadonlyArray<Uint8Array | undefined>;

function bitsOf(joined: Joined): ReturnType<typeof compactBits> {
  return compactBits(joined.map((one) => one !== undefined));
}

function descriptorOf(
  { threshold, publicKeys }: MultisigKeys,
  joined: Joined,
  sequence: bigint,
): SignatureDescriptor {
  const signatures = joined
    .filter((one) => one !== undefined)
    .map((signature) => ({ single: { mode: MODE, signature }, multi: undefined }));
  return {
    publicKey: packMultisig(threshold, publicKeys),
    data: { single: undefined, multi: { bitarray: bitsOf(joined), signatures } },
    sequence,
  };
}

function signedTx(
  document: TxDocument,
  given: { readonly multisig: MultisigKeys; readonly joined: Joined; readonly sequence: bigint },
): TxDocument {
  const { multisig, joined, sequence } = given;
  const signatures = joined.filter((one) => one !== undefined);
  const modeInfos = signatures.map(() => ({ single: { mode: MODE }, multi: undefined }));
  const info: SignerInfo = {
    publicKey: packMultisig(multisig.threshold, multisig.publicKeys),
    modeInfo: { single: undefined, multi: { bitarray: bitsOf(joined), modeInfos } },
    sequence,
  };
  return {
    ...document,
    authInfo: { ...document.authInfo, signerInfos: [info] },
    signatures: [MultiSignature.encode({ signatures })],
  };
}
