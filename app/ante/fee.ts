import type { Context } from "#core/baseapp/context.js";
import type { Fee } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import type { DecodedTx } from "#core/codec/tx.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import {
  amountOf,
  areCanonicalCoins,
  type Coin,
  coin,
  formatCoins,
} from "#core/primitives/coin.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import { event } from "#core/primitives/event.js";
import { divCeil } from "#core/primitives/intMath.js";
import { insufficientFee, invalidRequest, unknownAddress } from "#core/primitives/sdkErrors.js";
import { FEE_COLLECTOR } from "#modules/auth/types/keys.js";
import type { AnteParts, GasPrice } from "./anteParts.js";
import { feePayer, type Signer } from "./signers.js";

/**
 * Gas of moving a fee of one coin, which wallets leave out of the transaction whose gas they ask for:
 * they know the fee only then. Without it their 1.4 would not suffice for a plain transfer.
 */
const SIMULATED_FEE_GAS = 18_000n;

/** Checks the fee against this node's prices and moves it to the fee collector. */
export function deductFee(
  ctx: Context,
  parts: Pick<AnteParts, "auth" | "bank" | "minGasPrices">,
  checked: { readonly tx: DecodedTx; readonly signers: readonly Signer[] },
): void {
  const fee = assertDefined(checked.tx.authInfo.fee, "the form was checked");
  if (ctx.mode === "check") checkMinimum(fee, parts.minGasPrices());
  if (fee.granter !== "") throw invalidRequest({ problem: "fee grants are not enabled" });
  const payer = payerOf(checked.tx, checked.signers);
  if (parts.auth.findAccount(ctx, payer.address) === undefined) {
    throw unknownAddress({ problem: `fee payer address: ${payer.text} does not exist` });
  }
  const coins = withoutZeros(fee.amount);
  if (!areCanonicalCoins(coins)) {
    throw insufficientFee({ problem: `invalid fee amount: ${formatCoins(coins)}` });
  }
  if (coins.length > 0) parts.bank.sendToModule(ctx, payer.address, FEE_COLLECTOR, coins);
  else if (ctx.mode === "simulate") ctx.gas.charge(SIMULATED_FEE_GAS, "simulated fee");
  ctx.emit(
    event("tx", [
      ["fee", formatCoins(fee.amount)],
      ["fee_payer", payer.text],
    ]),
  );
}

/** The named payer, who is among the signers; else the first of them. */
function payerOf(tx: DecodedTx, signers: readonly Signer[]): Signer {
  const named = feePayer(tx);
  const payer = signers.find(({ address }) => named === undefined || equalBytes(address, named));
  return assertDefined(payer, "the signers were counted");
}

/** Wallets write a fee of nothing as a coin of amount 0. */
function withoutZeros(coins: readonly Coin[]): readonly Coin[] {
  return coins.every(({ amount }) => amount === "0") ? [] : coins;
}

/** The fee must reach the minimum in any one of the denominations the node takes. */
function checkMinimum(fee: Fee, prices: readonly GasPrice[]): void {
  const required = prices
    .map(({ denom, priceDec }) => coin(denom, divCeil(priceDec * fee.gasLimit, DEC_ONE)))
    .filter((one) => amountOf(one) > 0n);
  if (required.length === 0) return;
  const enough = required.some((minimum) => {
    const paid = fee.amount.find((one) => one.denom === minimum.denom);
    return paid !== undefined && amountOf(paid) >= amountOf(minimum);
  });
  if (enough) return;
  throw insufficientFee({ got: formatCoins(fee.amount), required: formatCoins(required) });
}
