import type { Context } from "#core/baseapp/context.js";
import { type Kernel, VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { headMoved } from "../types/events.js";
import type { KernelState } from "./kernelState.js";

const NONE = new Uint8Array(0);

/** Id of a kernel's newest active version; empty without one. */
export function newestActive(ctx: Context, state: KernelState, kernelId: bigint): Uint8Array {
  for (const { id, status } of state.versionsOf(ctx, kernelId)) {
    if (status === VersionStatus.ACTIVE) return id;
  }
  return NONE;
}

/** Makes a version, or none, the one that requests by name run. */
export function moveHead(
  ctx: Context,
  state: KernelState,
  kernel: Kernel,
  headVersionId: Uint8Array,
): void {
  if (equalBytes(kernel.headVersionId, headVersionId)) return;
  const moved = { ...kernel, headVersionId };
  state.setKernel(ctx, moved);
  ctx.emit(headMoved(moved));
}
