import type { Context } from "#core/baseapp/context.js";
import {
  type Kernel,
  type MsgStopShadow,
  type MsgStopShadowResponse,
  ShadowEnd,
  type ShadowRun,
  ShadowStatus,
  type Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { shadowEnded } from "../../types/events.js";
import { noShadowRun } from "../../types/registryErrors.js";
import { isRunning, pendingOf } from "../../types/shadow.js";
import { payFromEscrow, zeroOf } from "../escrow.js";
import type { KernelState } from "../kernelState.js";
import { requireOwned } from "../owner.js";

/** Ends a kernel's run early: what is unused comes back, what is under way still counts. */
export function stopShadow(
  ctx: Context,
  state: KernelState,
  msg: MsgStopShadow,
): MsgStopShadowResponse {
  const kernel = requireOwned(ctx, state, { name: msg.kernel, owner: msg.owner });
  const run = state.shadows.findRunning(ctx, kernel.id);
  if (run === undefined) throw noShadowRun({ kernel: kernel.name });

  endRepeating(ctx, state, run, ShadowEnd.STOPPED);
  return {};
}

/** Ends the run of a version if it is running. */
export function endShadowOf(
  ctx: Context,
  state: KernelState,
  version: Version,
  end: ShadowEnd,
): void {
  const run = state.shadows.find(ctx, version);
  if (run !== undefined && isRunning(run)) endRepeating(ctx, state, run, end);
}

/** Ends a kernel's run if it has one that is running. */
export function endRunning(
  ctx: Context,
  state: KernelState,
  { id, end }: Pick<Kernel, "id"> & { readonly end: ShadowEnd },
): void {
  const run = state.shadows.findRunning(ctx, id);
  if (run !== undefined) endRepeating(ctx, state, run, end);
}

/** Repeats nothing more: the payer gets back what is left, and what is under way is awaited. */
export function endRepeating(
  ctx: Context,
  state: KernelState,
  run: ShadowRun,
  end: ShadowEnd,
): void {
  payFromEscrow(ctx, state, parseAddress("account", run.payer), run.budget);
  const { budget } = run;
  const draining = { ...run, status: ShadowStatus.DRAINING, end, budget: zeroOf(budget) };
  writeDraining(ctx, state, draining);
}

/** Writes a run that repeats nothing more; it has ended when nothing of it is under way. */
export function writeDraining(ctx: Context, state: KernelState, run: ShadowRun): void {
  if (pendingOf(run) > 0) {
    state.shadows.set(ctx, run);
    return;
  }
  const ended = { ...run, status: ShadowStatus.ENDED, endedHeight: ctx.height };
  state.shadows.set(ctx, ended);
  const kernel = assertDefined(state.findKernel(ctx, run.kernelId), "a run is a kernel's");
  ctx.emit(shadowEnded(kernel, ended));
}
