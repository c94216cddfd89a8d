import type { Context } from "#core/baseapp/context.js";
import type { Artifact } from "#core/codec/generated/aivm/kernel/v1.js";
import { artifactDropped, type DropReason } from "../types/events.js";
import { uploaderOf } from "./artifactBook.js";
import { payFromEscrow } from "./escrow.js";
import type { KernelState } from "./kernelState.js";

/** Removes an artifact or upload that no version refers to and returns its deposit. */
export function dropArtifact(
  ctx: Context,
  state: KernelState,
  artifact: Artifact,
  reason: DropReason,
): void {
  state.artifacts.remove(ctx, artifact);
  payFromEscrow(ctx, state, uploaderOf(artifact), artifact.deposit);
  ctx.emit(artifactDropped(artifact, reason));
}
