import type { Context } from "#core/baseapp/context.js";
import { type Request, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { escalated, versionSuspended } from "../types/events.js";
import type { BatchBook } from "./batch/batchBook.js";
import type { InferenceKeeper } from "./keeper.js";

/** Sends a request on to all available providers; its batch stays open until that has ended. */
export function escalateRequest(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: {
    readonly request: Request;
    readonly batchId: bigint;
    readonly reason: string;
    /** Whether members came to different answers: what counts against the kernel. */
    readonly answersDiffer: boolean;
  },
): void {
  const { request, batchId, reason } = given;
  const challenged = reason === "challenged";
  keeper.setRequest(ctx, {
    ...request,
    status: RequestStatus.ESCALATED,
    originBatchId: batchId,
  });
  keeper.setEscalation(ctx, {
    requestId: request.id,
    originBatchId: batchId,
    challenged,
    height: ctx.height,
  });
  const origin = book.get(batchId);
  book.put({ ...origin, openEscalations: origin.openEscalations + 1 });
  ctx.emit(escalated(request.id, reason));
  // Requests of one batch disagree together: they are one trouble, however many they are.
  const isFirst = origin.openEscalations === 0;
  if (given.answersDiffer && isFirst) countTrouble(ctx, keeper, request.versionId);
}

/**
 * Suspends a version that keeps causing escalations by itself. Members that stay silent are not
 * its trouble, or they could have any kernel suspended.
 */
function countTrouble(ctx: Context, keeper: InferenceKeeper, versionId: Uint8Array): void {
  const params = keeper.params(ctx);
  const trouble = keeper.trouble(ctx, versionId);
  const fresh = ctx.height - trouble.windowHeight > params.troubleWindowBlocks;
  const escalations = fresh ? 1 : trouble.escalations + 1;
  const windowHeight = fresh ? ctx.height : trouble.windowHeight;
  const suspended = escalations >= params.escalationsToSuspend;
  keeper.setTrouble(ctx, { versionId, escalations: suspended ? 0 : escalations, windowHeight });
  if (!suspended) return;
  const until = ctx.height + params.suspensionBlocks;
  keeper.needs.kernel.suspend(ctx, versionId, until);
  ctx.emit(versionSuspended(versionId, until));
}
