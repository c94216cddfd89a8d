import type { Context } from "#core/baseapp/context.js";
import type { Address } from "#core/crypto/address.js";
import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import { KERNEL_MODULE } from "../types/keys.js";
import type { KernelState } from "./kernelState.js";

/** Moves coins into the module's account; fails with `sdk/5` before it changes anything. */
export function takeIntoEscrow(
  ctx: Context,
  state: KernelState,
  from: Address,
  amount: Coin,
): void {
  if (amountOf(amount) > 0n) state.needs.bank.sendToModule(ctx, from, KERNEL_MODULE, [amount]);
}

/** Pays coins out of the module's account, which holds them by the invariant `escrow`. */
export function payFromEscrow(ctx: Context, state: KernelState, to: Address, amount: Coin): void {
  if (amountOf(amount) > 0n) state.needs.bank.sendFromModule(ctx, KERNEL_MODULE, to, [amount]);
}

/** No coins, of the denomination of another amount. */
export function zeroOf({ denom }: Coin): Coin {
  return coin(denom, 0n);
}
