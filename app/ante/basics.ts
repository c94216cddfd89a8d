import type { Context } from "#core/baseapp/context.js";
import {
  insufficientFee,
  invalidGasLimit,
  invalidRequest,
  noSignatures,
  notSupported,
  txTimeoutHeight,
  unauthorized,
  unknownExtensionOptions,
} from "#core/primitives/sdkErrors.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { areCanonicalCoins } from "#core/primitives/coin.js";
import type { Signer } from "./signers.js";

/** Largest gas limit of a transaction, as in the SDK: sums of a block's limits stay below 2^63. */
const MAX_GAS_WANTED = 1n << 63n;

/** Checks that need neither accounts nor keys. */
export function checkBasics(ctx: Context, tx: DecodedTx, signers: readonly Signer[]): void {
  const { fee, signerInfos } = tx.authInfo;
  if (tx.body.extensionOptions.length > 0) {
    throw unknownExtensionOptions({ typeUrl: tx.body.extensionOptions[0]?.typeUrl ?? "" });
  }
  if (fee === undefined) throw insufficientFee({ got: "none", required: "a fee" });
  if (fee.gasLimit >= MAX_GAS_WANTED) {
    throw invalidGasLimit({ supplied: fee.gasLimit, maximum: MAX_GAS_WANTED - 1n });
  }
  if (!areCanonicalCoins(fee.amount)) {
    throw insufficientFee({
      got: "a list that is not sorted, positive and unique",
      required: "one that is",
    });
  }
  if (fee.granter !== "") throw notSupported({ field: "fee.granter" });
  if (tx.authInfo.tip !== undefined) throw notSupported({ field: "tip" });
  if (tx.raw.signatures.length === 0) throw noSignatures();
  const expected = signers.length;
  if (tx.raw.signatures.length !== expected || signerInfos.length !== expected) {
    throw unauthorized({
      problem: "wrong number of signers",
      expected,
      got: tx.raw.signatures.length,
    });
  }
  checkTimeout(ctx, tx);
}

function checkTimeout(ctx: Context, tx: DecodedTx): void {
  const { timeoutHeight } = tx.body;
  if (timeoutHeight > 1n << 63n) throw invalidRequest({ field: "timeout_height" });
  if (timeoutHeight > 0n && ctx.height > timeoutHeight) {
    throw txTimeoutHeight({ height: ctx.height, timeoutHeight });
  }
}
