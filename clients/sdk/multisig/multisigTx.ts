import { MultiSignature } from "#core/codec/generated/cosmos/crypto/multisig/v1beta1.js";
import type { CompactBitArray } from "#core/codec/generated/cosmos/crypto/multisig/v1beta1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { verifySecp256k1 } from "#core/crypto/secp256k1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { readSignature } from "../amino/aminoSigner.js";
import { type AminoWallet, stdSignBytes } from "../amino/aminoWallet.js";
import { contentSigned, stdSignDoc } from "../amino/signDocument.js";
import { SdkError } from "../errors.js";
import type { SignedPlace } from "../signer/signer.js";
import { buildTxFor, type TxContent } from "../tx/buildTx.js";
import { type MultisigAccount, packMultisigKey } from "./multisigAccount.js";

/** The signature of one key of a multisig. */
export interface MultisigPart {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * One key's signature under a transaction of a multisig account, whose number and sequence `place`
 * holds. The wallet must leave fee and memo as they are: everybody signs the same. Fails with
 * `INVALID_ARGUMENT`.
 *
 * @example
 * const part = await signMultisigPart(content, wallet, { chainId, account });
 */
export async function signMultisigPart(
  content: TxContent,
  wallet: AminoWallet,
  place: SignedPlace & { readonly address?: string | undefined },
): Promise<MultisigPart> {
  const accounts = await wallet.getAccounts();
  const account = accounts.find(
    ({ address }) => place.address === undefined || address === place.address,
  );
  if (account === undefined) throw invalid("wallet", "the wallet has no such account");
  const given = stdSignDoc(content, place);
  const { signed, signature } = await wallet.signAmino(account.address, given);
  contentSigned(content, { given, signed });
  if (!equalBytes(stdSignBytes(signed), stdSignBytes(given))) {
    throw invalid("wallet", "it changed fee or memo, which all keys of a multisig sign alike");
  }
  return { publicKey: account.pubkey, signature: readSignature(signature.signature) };
}

/**
 * The transaction of a multisig account, made of what its keys have signed, ready to broadcast. Fails
 * with `INVALID_ARGUMENT` when there are too few signatures, one of a key that is not of the
 * multisig, two of one key, or one that does not hold.
 *
 * @example
 * const bytes = combineMultisig(content, treasury, { parts, chainId, account });
 */
export function combineMultisig(
  content: TxContent,
  multisig: MultisigAccount,
  { parts, ...place }: SignedPlace & { readonly parts: readonly MultisigPart[] },
): Uint8Array {
  const message = stdSignBytes(stdSignDoc(content, place));
  for (const part of parts) checkPart(part, multisig, message);
  const signatures = multisig.publicKeys.map(
    (key) => parts.find(({ publicKey }) => equalBytes(publicKey, key))?.signature,
  );
  const given = signatures.filter((one) => one !== undefined);
  if (given.length !== parts.length) throw invalid("parts", "a key has signed twice");
  if (given.length < multisig.threshold) {
    const problem = `${given.length} of the ${multisig.threshold} signatures that are needed`;
    throw invalid("parts", problem);
  }
  const single = { mode: SignMode.LEGACY_AMINO_JSON };
  const built = buildTxFor(content, {
    publicKey: packMultisigKey(multisig),
    modeInfo: {
      single: undefined,
      multi: {
        bitarray: compactBits(signatures.map((one) => one !== undefined)),
        modeInfos: given.map(() => ({ single, multi: undefined })),
      },
    },
    sequence: place.account.sequence,
  });
  return TxRaw.encode({ ...built, signatures: [MultiSignature.encode({ signatures: given })] });
}

/** Bits as the mode info of a multisig holds them: the first one is the highest of the first byte. */
export function compactBits(bits: readonly boolean[]): CompactBitArray {
  const elems = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, isSet] of bits.entries()) {
    if (isSet) elems[index >> 3] = (elems[index >> 3] ?? 0) | (0x80 >> (index & 7));
  }
  return { extraBitsStored: bits.length % 8, elems };
}

function checkPart(
  { publicKey, signature }: MultisigPart,
  { publicKeys }: MultisigAccount,
  message: Uint8Array,
): void {
  const name = toHex(publicKey);
  if (!publicKeys.some((key) => equalBytes(key, publicKey))) {
    throw invalid("parts", `the key ${name} is not of this multisig`);
  }
  if (!verifySecp256k1({ publicKey, message, signature })) {
    throw invalid("parts", `the signature of the key ${name} does not hold`);
  }
}

function invalid(argument: string, problem: string): SdkError<"INVALID_ARGUMENT"> {
  return new SdkError("INVALID_ARGUMENT", { argument, problem });
}
