import type { Context } from "#core/baseapp/context.js";
import { aminoSignBytes } from "#core/codec/amino/signDoc.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { type DecodedTx, directSignBytes } from "#core/codec/tx.js";
import { toBase64 } from "#core/primitives/bytes.js";
import type { ChainError } from "#core/primitives/errors.js";
import { event } from "#core/primitives/event.js";
import {
  invalidPubKey,
  notSupported,
  unauthorized,
  wrongSequence,
} from "#core/primitives/sdkErrors.js";
import type { AnteParts } from "./anteParts.js";
import type { SignerPart } from "./publicKeys.js";
import { readSignature, type SignatureData } from "./signatureData.js";
import { signatureFlaw } from "./signatureFlaw.js";

/** Names every signature, so that transactions can be found by them. */
export function emitSignatures(ctx: Context, parts: readonly SignerPart[]): void {
  for (const { signer, info, signature } of parts) {
    ctx.emit(event("tx", [["acc_seq", `${signer.text}/${info.sequence}`]]));
    const found =
      ctx.mode === "simulate" ? [signature] : singleSignatures(info.modeInfo, signature);
    for (const bytes of found) {
      ctx.emit(event("tx", [["signature", toBase64(bytes)]]));
    }
  }
}

/** Those of a multisig one by one, then all of them as they stand in the transaction. */
function singleSignatures(
  info: SignerPart["info"]["modeInfo"],
  signature: Uint8Array,
): readonly Uint8Array[] {
  if (info?.multi === undefined) return [signature];
  return [...flat(readSignature(info, signature)), signature];
}

function flat(data: SignatureData): Uint8Array[] {
  return "parts" in data ? data.parts.flatMap(flat) : [data.signature];
}

/** Checks the sequence of every signer, then its signature. */
export function verifySignatures(
  ctx: Context,
  ante: Pick<AnteParts, "verifier" | "types">,
  given: { readonly tx: DecodedTx; readonly parts: readonly SignerPart[] },
): void {
  for (const part of given.parts) {
    const { account, info, key } = part;
    if (key === undefined) throw invalidPubKey({ problem: "pubkey on account is not set" });
    if (info.sequence !== account.sequence) {
      throw wrongSequence({ expected: account.sequence, got: info.sequence });
    }
    // A simulation is not signed, and a recheck meets signatures that were verified before.
    if (ctx.mode === "simulate" || ctx.mode === "recheck") continue;
    const data = readSignature(info.modeInfo, part.signature);
    const flaw = signatureFlaw(key, data, {
      signBytes: signBytesOf(ctx, ante, { tx: given.tx, part }),
      isValid: (signed) => ante.verifier.isValid(signed),
    });
    if (flaw !== undefined) throw verificationFailed(ctx, part, { data, flaw });
  }
}

/** What a signer signs in a mode; made once, because every key of a multisig signs the same. */
function signBytesOf(
  ctx: Context,
  { types }: Pick<AnteParts, "types">,
  { tx, part }: { readonly tx: DecodedTx; readonly part: SignerPart },
): (mode: SignMode) => Uint8Array {
  const { chainId } = ctx.header;
  const accountNumber = signedNumber(ctx, part);
  let amino: Uint8Array | undefined;
  return (mode) => {
    if (mode === SignMode.DIRECT) return directSignBytes(tx.raw, { chainId, accountNumber });
    if (mode === SignMode.LEGACY_AMINO_JSON) {
      const { sequence } = part.account;
      const signed = { messages: tx.messages, body: tx.body, fee: tx.authInfo.fee };
      amino ??= aminoSignBytes(signed, { chainId, accountNumber, sequence }, types);
      return amino;
    }
    throw notSupported({
      problem: "signatures are taken in SIGN_MODE_DIRECT and SIGN_MODE_LEGACY_AMINO_JSON",
    });
  };
}

/** Genesis transactions are signed before accounts have numbers. */
function signedNumber(ctx: Context, { account }: SignerPart): bigint {
  return ctx.mode === "genesis" ? 0n : account.number;
}

function verificationFailed(
  ctx: Context,
  part: SignerPart,
  { data, flaw }: { readonly data: SignatureData; readonly flaw: string },
): ChainError {
  const number = signedNumber(ctx, part);
  // In amino JSON the sequence that was signed stands nowhere else, so it may be what is wrong.
  const sequence = isAmino(data) ? `, sequence (${part.account.sequence})` : "";
  return unauthorized({
    problem:
      `signature verification failed; please verify account number (${number})${sequence} ` +
      `and chain-id (${ctx.header.chainId}): (${flaw})`,
  });
}

function isAmino(data: SignatureData): boolean {
  return "parts" in data ? data.parts.every(isAmino) : data.mode === SignMode.LEGACY_AMINO_JSON;
}
