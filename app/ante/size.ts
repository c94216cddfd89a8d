import type { Context } from "#core/baseapp/context.js";
import { memoTooLarge } from "#core/primitives/sdkErrors.js";
import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { utf8 } from "#core/primitives/bytes.js";

/** Refuses memos over the parameter; counted in bytes of UTF-8. */
export function checkMemo(tx: DecodedTx, params: Params): void {
  const bytes = utf8(tx.body.memo).length;
  if (BigInt(bytes) > params.maxMemoCharacters) {
    throw memoTooLarge({ maximum: params.maxMemoCharacters, got: bytes });
  }
}

/** Charges gas for every byte of the transaction. */
export function consumeSizeGas(ctx: Context, tx: DecodedTx, params: Params): void {
  ctx.gas.charge(params.txSizeCostPerByte * BigInt(tx.bytes.length), "txSize");
}
