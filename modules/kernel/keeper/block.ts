import type { Context } from "#core/baseapp/context.js";
import { assertDefined } from "#core/primitives/assert.js";
import { maxBig, minBig } from "#core/primitives/intMath.js";
import type { Expiry } from "./artifactBook.js";
import { dropArtifact } from "./dropArtifact.js";
import type { KernelState } from "./kernelState.js";

/** Artifacts and uploads that one block drops; later ones wait for the next block. */
export const MAX_DROPS_PER_BLOCK = 32;

/**
 * Chunks whose bytes one block deletes: 8 MiB at the default chunk size, about a tenth of a second
 * of the database's time.
 */
export const MAX_DELETIONS_PER_BLOCK = 32n;

/**
 * Drops what has expired and deletes bytes of what was dropped, a bounded part each. What the last
 * block took down while it waited for its validation job waits no more.
 */
export function beginBlock(ctx: Context, state: KernelState): void {
  for (const id of [...state.revokedWaiting(ctx)]) {
    state.removeWaiting(ctx, state.getVersion(ctx, id));
  }
  for (const expiry of dueExpiries(ctx, state)) {
    const expired = state.artifacts.findExpiring(ctx, expiry);
    dropArtifact(ctx, state, assertDefined(expired, "what expires exists"), "expired");
  }
  deleteDropped(ctx, state);
}

function dueExpiries(ctx: Context, state: KernelState): readonly Expiry[] {
  const due: Expiry[] = [];
  for (const expiry of state.artifacts.expiries(ctx)) {
    if (expiry.height > ctx.height || due.length === MAX_DROPS_PER_BLOCK) break;
    due.push(expiry);
  }
  return due;
}

interface Deletion {
  readonly uploadId: bigint;
  readonly from: bigint;
  readonly left: bigint;
}

function deleteDropped(ctx: Context, state: KernelState): void {
  const deletions: Deletion[] = [];
  let budget = MAX_DELETIONS_PER_BLOCK;
  for (const [uploadId, from] of state.artifacts.removals(ctx)) {
    if (budget === 0n) break;
    const left = maxBig(from - budget, 0n);
    deletions.push({ uploadId, from, left });
    budget -= minBig(from, budget);
  }
  for (const { uploadId, from, left } of deletions) {
    state.artifacts.deleteChunks(ctx, uploadId, { from, left });
  }
}
