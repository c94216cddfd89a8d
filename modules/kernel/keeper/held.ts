import type { Context } from "#core/baseapp/context.js";
import { amountOf } from "#core/primitives/coin.js";
import type { KernelState } from "./kernelState.js";

/**
 * Deposits of artifacts and versions, fees of versions that are validated, budgets of shadow runs.
 */
export function heldInEscrow(ctx: Context, state: KernelState): bigint {
  let held = 0n;
  for (const { deposit } of state.artifacts.all(ctx)) held += amountOf(deposit);
  for (const { deposit, validationFee } of state.versions(ctx)) {
    held += amountOf(deposit) + amountOf(validationFee);
  }
  for (const { budget } of state.shadows.all(ctx)) held += amountOf(budget);
  return held;
}
