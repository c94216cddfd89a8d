import type { Context } from "#core/baseapp/context.js";
import { ShadowEnd, type ShadowRun, type Version } from "#core/codec/generated/aivm/kernel/v1.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import type { ShadowOutcome } from "#modules/inference/types/expectedKeepers.js";
import { KERNEL_MODULE } from "../../types/keys.js";
import { countOutcome, countSkipped, isRunning, pendingOf } from "../../types/shadow.js";
import type { KernelState } from "../kernelState.js";
import { endRepeating, writeDraining } from "./stopShadow.js";

/** The version that repeats what another answers, if that is the head it runs beside. */
export function findShadow(
  ctx: Context,
  state: KernelState,
  headVersionId: Uint8Array,
): Version | undefined {
  const { kernelId } = state.getVersion(ctx, headVersionId);
  const run = state.shadows.findRunning(ctx, kernelId);
  if (run === undefined || !equalBytes(run.headVersionId, headVersionId)) return undefined;
  return state.getVersion(ctx, run.versionId);
}

/**
 * Pays a shadow request out of the budget into a module's account and gives who is to have what
 * comes back of it; undefined, and the run repeats nothing more, when the budget does not pay for
 * it.
 */
export function payShadow(
  ctx: Context,
  state: KernelState,
  versionId: Uint8Array,
  { price, module }: { readonly price: Coin; readonly module: string },
): string | undefined {
  const run = getRun(ctx, state, versionId);
  assert(isRunning(run), "what is repeated runs");
  const { denom } = run.budget;
  const left = amountOf(run.budget) - amountOf(price);
  if (left < 0n || price.denom !== denom) {
    endRepeating(ctx, state, run, ShadowEnd.BUDGET_SPENT);
    return undefined;
  }
  if (amountOf(price) > 0n) {
    state.needs.bank.sendBetweenModules(ctx, KERNEL_MODULE, module, [price]);
  }
  const paid = { ...run, budget: coin(denom, left), queued: run.queued + 1 };
  if (paid.queued < paid.requests) state.shadows.set(ctx, paid);
  else endRepeating(ctx, state, paid, ShadowEnd.COMPLETE);
  return run.payer;
}

/** Notes an answer of the head that was not repeated. */
export function skipShadow(ctx: Context, state: KernelState, versionId: Uint8Array): void {
  const run = getRun(ctx, state, versionId);
  state.shadows.set(ctx, countSkipped(run));
}

/**
 * Counts how a shadow request ended; the last one of a run that repeats nothing more ends the run.
 */
export function countShadow(
  ctx: Context,
  state: KernelState,
  versionId: Uint8Array,
  outcome: ShadowOutcome,
): void {
  const run = getRun(ctx, state, versionId);
  assert(pendingOf(run) > 0, "shadow requests end once");
  const counted = countOutcome(run, outcome);
  if (isRunning(counted)) state.shadows.set(ctx, counted);
  else writeDraining(ctx, state, counted);
}

function getRun(ctx: Context, state: KernelState, versionId: Uint8Array): ShadowRun {
  const version = state.getVersion(ctx, versionId);
  return assertDefined(state.shadows.find(ctx, version), "a shadow request is of a run");
}
