import type { Context } from "#core/baseapp/context.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { assert } from "#core/primitives/assert.js";
import { validationPostponed } from "../types/events.js";
import type { KernelState } from "./kernelState.js";

/** Takes a version off the queue for validation jobs, because one of its own has begun. */
export function beginValidation(ctx: Context, state: KernelState, versionId: Uint8Array): void {
  const version = state.getVersion(ctx, versionId);
  assert(state.isWaiting(ctx, version), "a validation begins once");
  state.removeWaiting(ctx, version);
  state.setVersion(ctx, { ...version, validationAttempts: version.validationAttempts + 1 });
}

/**
 * Puts a version whose validation job came to nothing back into the queue: its next job is drawn
 * after a height, and versions that may be drawn before go before it. It keeps its fee.
 */
export function postponeValidation(
  ctx: Context,
  state: KernelState,
  versionId: Uint8Array,
  height: bigint,
): void {
  const version = state.getVersion(ctx, versionId);
  assert(version.status === VersionStatus.VALIDATING, "only what is validated is postponed");
  assert(!state.isWaiting(ctx, version), "a validation begins before it is postponed");
  const postponed = { ...version, validationHeight: height };
  state.setVersion(ctx, postponed);
  state.addWaiting(ctx, postponed);
  ctx.emit(validationPostponed(state.getKernelOf(ctx, version), postponed));
}
