import type { Params } from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { parseUint } from "#core/primitives/intMath.js";

/** The storage deposit for a number of bytes, in the denomination of the validation fee. */
export function storageDeposit(
  params: Pick<Params, "depositPerByte" | "validationFee">,
  bytes: bigint,
): Coin {
  const perByte = assertDefined(parseUint(params.depositPerByte), "parameters were validated");
  return coin(params.validationFee.denom, bytes * perByte);
}

/** Whether an amount is one that the module may hold, zero included. */
export function isDeposit(
  { denom, amount }: Coin,
  { validationFee }: Pick<Params, "validationFee">,
): boolean {
  return denom === validationFee.denom && parseUint(amount) !== undefined;
}
