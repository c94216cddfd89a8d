import type { Context } from "#core/baseapp/context.js";
import { memoTooLarge } from "#core/primitives/sdkErrors.js";
import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { SignerInfo } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { SIGNATURE_BYTES } from "#core/crypto/signature.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { Any } from "#core/codec/generated/google/protobuf.js";
import { utf8 } from "#core/primitives/bytes.js";
import { isKeyMissing, SIMULATED_KEY } from "./publicKeys.js";

/**
 * Bytes that the SDK adds for a signature which a simulated transaction leaves empty: the amino
 * encoding of a secp256k1 signature with its key (106) and 6 for the field.
 */
const SIMULATED_SIGNATURE_BYTES = 112n;

/**
 * Bytes of a signer info that names its key: the packed key and 2 for the field. The SDK counts
 * them nowhere; its estimate is enough only because it pays for reading the account once more.
 */
const SIMULATED_KEY_BYTES = BigInt(Any.encode(SIMULATED_KEY).length + 2);

/** Refuses memos over the parameter; counted in bytes of UTF-8. */
export function checkMemo(tx: DecodedTx, params: Params): void {
  const received = utf8(tx.body.memo).length;
  const maximum = params.maxMemoCharacters;
  if (BigInt(received) <= maximum) return;
  throw memoTooLarge({
    problem: `maximum number of characters is ${maximum} but received ${received} characters`,
  });
}

/** Charges gas for every byte of the transaction, and for what a simulation leaves out of it. */
export function consumeSizeGas(ctx: Context, tx: DecodedTx, params: Params): void {
  const { txSizeCostPerByte } = params;
  ctx.gas.charge(txSizeCostPerByte * BigInt(tx.bytes.length), "txSize");
  if (ctx.mode !== "simulate") return;
  const signatures = tx.raw.signatures.reduce(
    (sum, signature, index) => sum + missingSignatures(signature, tx.authInfo.signerInfos[index]),
    0,
  );
  const keys = tx.authInfo.signerInfos.filter(isKeyMissing).length;
  const missing =
    SIMULATED_SIGNATURE_BYTES * BigInt(signatures) + SIMULATED_KEY_BYTES * BigInt(keys);
  ctx.gas.charge(txSizeCostPerByte * missing, "txSize");
}

/** Those of a multisig are as many as its mode info says; an empty list of them has a length too. */
function missingSignatures(signature: Uint8Array, info: SignerInfo | undefined): number {
  const parts = info?.modeInfo?.multi?.modeInfos.length;
  if (parts === undefined) return signature.length === 0 ? 1 : 0;
  return signature.length < parts * SIGNATURE_BYTES ? parts : 0;
}
