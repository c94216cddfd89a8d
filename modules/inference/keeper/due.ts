import type { Context } from "#core/baseapp/context.js";
import {
  ChallengeStatus,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { isTerminal } from "../types/request.js";
import type { BatchBook } from "./batch/batchBook.js";
import { releaseOrigin } from "./batch/settle.js";
import { endRequest } from "./endRequest.js";
import type { InferenceKeeper } from "./keeper.js";
import { expireQueued } from "./queue.js";
import { settleChallenge } from "./settleChallenge.js";

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
    if (request.status === RequestStatus.QUEUED) expireQueued(ctx, keeper, request);
    else if (!isTerminal(request.status) && ctx.height >= request.deadlineHeight) {
      endOverdue(ctx, keeper, book, request);
    }
  }
}

function endOverdue(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  request: Request,
): void {
  // Whether it still waits for an escalation or is in one: it needs none any more.
  keeper.tables.escalations.delete(ctx.kv(keeper.storeKey), request.id);
  const challenge = keeper.findChallenge(ctx, request.id);
  if (challenge?.status === ChallengeStatus.OPEN) {
    settleChallenge(ctx, keeper, { request, challenge, decided: undefined, members: [] });
  } else {
    const ended = { ...request, status: RequestStatus.NO_AGREEMENT };
    keeper.setRequest(ctx, ended);
    endRequest(ctx, keeper, ended);
  }
  if (request.originBatchId > 0n) releaseOrigin(ctx, book, request.originBatchId);
}
