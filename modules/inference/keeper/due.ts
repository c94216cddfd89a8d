import type { Context } from "#core/baseapp/context.js";
import { RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { isTerminal } from "../types/request.js";
import type { BatchBook } from "./batch/batchBook.js";
import { isRevoked } from "./batch/giveUp.js";
import { endUnanswered } from "./endUnanswered.js";
import type { InferenceKeeper } from "./keeper.js";
import { endQueued } from "./queue.js";

/**
 * Ends requests whose time is over: those that waited too long in the queue, and whatever is not
 * terminal at its deadline. Parameters make sure that an orderly course never gets there.
 */
export function endDueRequests(ctx: Context, keeper: InferenceKeeper, book: BatchBook): void {
  const kv = ctx.kv(keeper.storeKey);
  const due = [...keeper.tables.due.iterate(kv, { end: [ctx.height + 1n, 0n] })];
  for (const [height, id] of due) {
    keeper.tables.due.delete(kv, [height, id]);
    const request = keeper.getRequest(ctx, id);
    if (request.status === RequestStatus.QUEUED) {
      endQueued(ctx, keeper, request, RequestStatus.EXPIRED);
    } else if (!isTerminal(request.status) && ctx.height >= request.deadlineHeight) {
      const revoked = isRevoked(ctx, keeper, request.versionId);
      const status = revoked ? RequestStatus.REVOKED : RequestStatus.NO_AGREEMENT;
      endUnanswered(ctx, keeper, book, { request, status });
    }
  }
}
