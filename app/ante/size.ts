import type { Context } from "#core/baseapp/context.js";
import { memoTooLarge } from "#core/primitives/sdkErrors.js";
import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { utf8 } from "#core/primitives/bytes.js";

/**
 * Bytes that the SDK adds for a signature which a simulated transaction leaves empty: the amino
 * encoding of a secp256k1 signature with its key (106) and 6 for the field.
 */
const SIMULATED_SIGNATURE_BYTES = 112n;

/** Refuses memos over the parameter; counted in bytes of UTF-8. */
export function checkMemo(tx: DecodedTx, params: Params): void {
  const received = utf8(tx.body.memo).length;
  const maximum = params.maxMemoCharacters;
  if (BigInt(received) <= maximum) return;
  throw memoTooLarge({
    problem: `maximum number of characters is ${maximum} but received ${received} characters`,
  });
}

/** Charges gas for every byte of the transaction, and for signatures that a simulation lacks. */
export function consumeSizeGas(ctx: Context, tx: DecodedTx, params: Params): void {
  const { txSizeCostPerByte } = params;
  ctx.gas.charge(txSizeCostPerByte * BigInt(tx.bytes.length), "txSize");
  if (ctx.mode !== "simulate") return;
  const missing = tx.raw.signatures.filter((signature) => signature.length === 0).length;
  ctx.gas.charge(txSizeCostPerByte * SIMULATED_SIGNATURE_BYTES * BigInt(missing), "txSize");
}
