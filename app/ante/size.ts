import type { Context } from "#core/baseapp/context.js";
import { memoTooLarge } from "#core/primitives/sdkErrors.js";
import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
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
  const signatures = tx.raw.signatures.filter((signature) => signature.length === 0).length;
  const keys = tx.authInfo.signerInfos.filter(isKeyMissing).length;
  const missing =
    SIMULATED_SIGNATURE_BYTES * BigInt(signatures) + SIMULATED_KEY_BYTES * BigInt(keys);
  ctx.gas.charge(txSizeCostPerByte * missing, "txSize");
}
