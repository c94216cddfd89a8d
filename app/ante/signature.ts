import type { Context } from "#core/baseapp/context.js";
import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { SignMode } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { type DecodedTx, directSignBytes } from "#core/codec/tx.js";
import { toBase64 } from "#core/primitives/bytes.js";
import type { SignedMessage } from "#core/crypto/signature.js";
import type { ChainError } from "#core/primitives/errors.js";
import { event } from "#core/primitives/event.js";
import {
  invalidPubKey,
  notSupported,
  tooManySignatures,
  unauthorized,
  wrongSequence,
} from "#core/primitives/sdkErrors.js";
import { unpackPublicKey } from "#modules/auth/types/publicKey.js";
import type { SignerPart } from "./publicKeys.js";
import type { SignatureVerifier } from "./signatureVerifier.js";

/** Names every signature, so that transactions can be found by them. */
export function emitSignatures(ctx: Context, parts: readonly SignerPart[]): void {
  for (const { signer, info, signature } of parts) {
    ctx.emit(event("tx", [["acc_seq", `${signer.text}/${info.sequence}`]]));
    ctx.emit(event("tx", [["signature", toBase64(signature)]]));
  }
}

/** Refuses more signatures than the parameter allows, and charges gas for the others. */
export function chargeSignatures(ctx: Context, parts: readonly SignerPart[], params: Params): void {
  const limit = params.txSigLimit;
  if (BigInt(parts.length) > limit) {
    throw tooManySignatures({ problem: `signatures: ${parts.length}, limit: ${limit}` });
  }
  for (let charged = 0; charged < parts.length; charged++) {
    ctx.gas.charge(params.sigVerifyCostSecp256k1, "ante verify: secp256k1");
  }
}

/** Checks the sequence of every signer, then its signature. */
export function verifySignatures(
  ctx: Context,
  verifier: SignatureVerifier,
  given: { readonly tx: DecodedTx; readonly parts: readonly SignerPart[] },
): void {
  for (const part of given.parts) {
    const { account, info } = part;
    const { publicKey } = account;
    if (publicKey === undefined) throw invalidPubKey({ problem: "pubkey on account is not set" });
    if (info.sequence !== account.sequence) {
      throw wrongSequence({ expected: account.sequence, got: info.sequence });
    }
    // A simulation is not signed, and a recheck meets signatures that were verified before.
    if (ctx.mode === "simulate" || ctx.mode === "recheck") continue;
    const signed = signedMessage(ctx, given.tx, part);
    if (!verifier.isValid({ ...signed, publicKey: unpackPublicKey(publicKey) })) {
      throw verificationFailed(ctx, part);
    }
  }
}

function signedMessage(
  ctx: Context,
  tx: DecodedTx,
  part: SignerPart,
): Pick<SignedMessage, "message" | "signature"> {
  const { info, signature } = part;
  if (info.modeInfo?.single?.mode !== SignMode.DIRECT) {
    throw notSupported({ problem: "signatures are taken in SIGN_MODE_DIRECT only" });
  }
  const accountNumber = signedNumber(ctx, part);
  const message = directSignBytes(tx.raw, { chainId: ctx.header.chainId, accountNumber });
  return { message, signature };
}

/** Genesis transactions are signed before accounts have numbers. */
function signedNumber(ctx: Context, { account }: SignerPart): bigint {
  return ctx.mode === "genesis" ? 0n : account.number;
}

function verificationFailed(ctx: Context, part: SignerPart): ChainError {
  const number = signedNumber(ctx, part);
  return unauthorized({
    problem:
      `signature verification failed; please verify account number (${number}) ` +
      `and chain-id (${ctx.header.chainId}): (unable to verify single signer signature)`,
  });
}
