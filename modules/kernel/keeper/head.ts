import type { Context } from "#core/baseapp/context.js";
import {
  type Kernel,
  ShadowEnd,
  type Version,
  VersionStatus,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { headMoved } from "../types/events.js";
import { policyProblem } from "../types/shadow.js";
import type { KernelState } from "./kernelState.js";
import { endRunning } from "./shadow/stopShadow.js";

const NONE = new Uint8Array(0);

/**
 * Id of the version that follows a head that goes: the newest active one that may take its place.
 * When none may, the newest active one: what has no head has nothing that versions could show
 * anything beside. Empty without an active one.
 */
export function successorOf(ctx: Context, state: KernelState, kernel: Kernel): Uint8Array {
  let newest: Uint8Array = NONE;
  for (const version of state.versionsOf(ctx, kernel.id)) {
    if (version.status !== VersionStatus.ACTIVE) continue;
    if (leadProblem(ctx, state, kernel, version) === undefined) return version.id;
    if (newest.length === 0) newest = version.id;
  }
  return newest;
}

/**
 * What keeps an active version from taking the head's place under the kernel's policy, as a phrase.
 * What is or was the head may always become it again, and so may anything where there is no head.
 */
export function leadProblem(
  ctx: Context,
  state: KernelState,
  { id, headVersionId }: Kernel,
  version: Version,
): string | undefined {
  const policy = state.shadows.findPolicy(ctx, id);
  if (policy === undefined || version.wasHead || headVersionId.length === 0) return undefined;
  const run = state.shadows.find(ctx, version);
  const problem = policyProblem(policy, run);
  if (problem !== undefined || run === undefined) return problem;
  if (equalBytes(run.headVersionId, headVersionId)) return undefined;
  return `it ran beside ${toHex(run.headVersionId)}, which is not the head any more`;
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
  if (headVersionId.length > 0) {
    state.setVersion(ctx, { ...state.getVersion(ctx, headVersionId), wasHead: true });
  }
  ctx.emit(headMoved(moved));
  // Its report is about the head that it began beside.
  endRunning(ctx, state, { id: kernel.id, end: ShadowEnd.HEAD_MOVED });
}
