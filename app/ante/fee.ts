import type { Context } from "#core/baseapp/context.js";
import { event } from "#core/primitives/event.js";
import { insufficientFee, unknownAddress } from "#core/primitives/sdkErrors.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { type Coin, amountOf, coin, formatCoins } from "#core/primitives/coin.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import { divCeil } from "#core/primitives/intMath.js";
import { FEE_COLLECTOR } from "#modules/auth/types/keys.js";
import type { AnteParts, GasPrice } from "./anteHandler.js";
import type { Signer } from "./signers.js";

/** Checks the fee against this node's prices and moves it to the fee collector. */
export function deductFee(
  ctx: Context,
  parts: Pick<AnteParts, "auth" | "bank" | "minGasPrices">,
  checked: { readonly tx: DecodedTx; readonly signers: readonly Signer[] },
): void {
  const { fee } = checked.tx.authInfo;
  const amount = fee?.amount ?? [];
  if (ctx.mode === "check") {
    checkMinimum(amount, fee?.gasLimit ?? 0n, parts.minGasPrices());
  }
  const payer = feePayer(checked.tx, checked.signers);
  if (parts.auth.findAccount(ctx, payer.address) === undefined) {
    throw unknownAddress({ problem: "fee payer does not exist", address: payer.text });
  }
  if (amount.length > 0) parts.bank.sendToModule(ctx, payer.address, FEE_COLLECTOR, amount);
  ctx.emit(
    event("tx", [
      ["fee", formatCoins(amount)],
      ["fee_payer", payer.text],
    ]),
  );
}

function feePayer(tx: DecodedTx, signers: readonly Signer[]): Signer {
  const named = signers.find((signer) => signer.text === tx.authInfo.fee?.payer);
  const payer = named ?? signers[0];
  if (payer === undefined) throw unknownAddress({ problem: "nobody signs" });
  return payer;
}

/** The fee must reach the minimum in any one of the denominations the node takes. */
function checkMinimum(fee: readonly Coin[], gas: bigint, prices: readonly GasPrice[]): void {
  const required = prices
    .map(({ denom, priceDec }) => coin(denom, divCeil(priceDec * gas, DEC_ONE)))
    .filter((one) => amountOf(one) > 0n);
  if (required.length === 0) return;
  const enough = required.some((minimum) => {
    const paid = fee.find((one) => one.denom === minimum.denom);
    return paid !== undefined && amountOf(paid) >= amountOf(minimum);
  });
  if (!enough) throw insufficientFee({ got: formatCoins(fee), required: formatCoins(required) });
}
