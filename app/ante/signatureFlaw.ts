import type { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import type { SignedMessage } from "#core/crypto/signature.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { AccountKey, MultisigKey } from "#modules/auth/types/publicKey.js";
import type { MultiSignatures, SignatureData } from "./signatureData.js";

/** What verifying takes besides key and signature. */
export interface Verification {
  /** What is signed in a mode; fails for modes that are not taken. */
  readonly signBytes: (mode: SignMode) => Uint8Array;
  /** Whether a secp256k1 signature holds. */
  readonly isValid: (signed: SignedMessage) => boolean;
}

/** What is wrong with the signature of a key, in the SDK's words; undefined if nothing. */
export function signatureFlaw(
  key: AccountKey,
  data: SignatureData,
  verification: Verification,
): string | undefined {
  if (key.kind === "multisig") {
    if ("parts" in data) return multisigFlaw(key, data, verification);
    return "a multisig signs in multi mode, with the signatures of its keys";
  }
  if ("parts" in data) return "a single key cannot sign in multi mode";
  return holds(key, data, verification) ? undefined : "unable to verify single signer signature";
}

/**
 * Unlike the SDK it wants as many signatures as bits: surplus ones are verified by nobody, and so
 * anybody could add them to a transaction of others.
 */
function multisigFlaw(
  { threshold, keys }: MultisigKey,
  { bits, parts }: MultiSignatures,
  verification: Verification,
): string | undefined {
  if (bits.length !== keys.length) return `bit array size is incorrect, expecting: ${keys.length}`;
  const set = bits.filter(Boolean).length;
  if (set < threshold) return `not enough signatures set, have ${set}, expected ${threshold}`;
  if (set !== parts.length) {
    return `signature size is incorrect ${parts.length}, the bit array has ${set}`;
  }
  const signers = keys
    .map((key, index) => ({ key, index }))
    .filter(({ index }) => bits[index] === true);
  for (const [place, { key, index }] of signers.entries()) {
    const data = assertDefined(parts[place], "the signatures were counted");
    const flaw = partFlaw({ key, index }, data, verification);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function partFlaw(
  { key, index }: { readonly key: AccountKey; readonly index: number },
  data: SignatureData,
  verification: Verification,
): string | undefined {
  if (key.kind === "multisig" && "parts" in data) return multisigFlaw(key, data, verification);
  if (key.kind === "multisig") return `improper signature data type for index ${index}`;
  if ("parts" in data) return `unable to parse pubkey of index ${index}`;
  return holds(key, data, verification)
    ? undefined
    : `unable to verify signature at index ${index}`;
}

function holds(
  { kind, key }: Exclude<AccountKey, MultisigKey>,
  data: Exclude<SignatureData, MultiSignatures>,
  { signBytes, isValid }: Verification,
): boolean {
  if (kind !== "secp256k1") return false;
  const { mode, signature } = data;
  return isValid({ publicKey: key, message: signBytes(mode), signature });
}
