import type { Context } from "#core/baseapp/context.js";
import { amountOf } from "#core/primitives/coin.js";
import type { KernelState } from "./kernelState.js";

/** Deposits of artifacts and versions and fees of versions that are validated: what is held. */
export function heldInEscrow(ctx: Context, state: KernelState): bigint {
  let held = 0n;
  for (const { deposit } of state.artifacts.all(ctx)) held += amountOf(deposit);
  for (const { deposit, validationFee } of state.versions(ctx)) {
    held += amountOf(deposit) + amountOf(validationFee);
  }
  return held;
}
