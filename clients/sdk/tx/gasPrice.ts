import { type Coin, coin, isDenom } from "#core/primitives/coin.js";
import { DEC_ONE, parseDec } from "#core/primitives/dec.js";
import { divCeil } from "#core/primitives/intMath.js";
import { SdkError } from "../errors.js";

/** What a unit of gas costs. */
export interface GasPrice {
  readonly denom: string;
  /** Amount for one gas, times 10^18. */
  readonly amountDec: bigint;
}

/**
 * A gas price of its text, such as `0.025unes`. Fails with `INVALID_ARGUMENT`.
 *
 * @example
 * const price = parseGasPrice("0.025unes");
 */
export function parseGasPrice(text: string): GasPrice {
  const [, amount = "", denom = ""] = /^([0-9.]+)(.+)$/.exec(text) ?? [];
  const amountDec = parseDec(amount);
  if (amountDec === undefined || !isDenom(denom)) {
    const problem = `not a gas price such as 0.025unes: ${text}`;
    throw new SdkError("INVALID_ARGUMENT", { argument: "gasPrice", problem });
  }
  return { denom, amountDec };
}

/**
 * The fee of a gas limit at a price, rounded up; no coins when it is zero.
 *
 * @example
 * const fee = feeOf(parseGasPrice("0.025unes"), 80_000n);
 */
export function feeOf({ denom, amountDec }: GasPrice, gasLimit: bigint): Coin[] {
  const amount = divCeil(amountDec * gasLimit, DEC_ONE);
  return amount === 0n ? [] : [coin(denom, amount)];
}
