import type { Context } from "#core/baseapp/context.js";
import {
  ChallengeStatus,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { BatchBook } from "./batch/batchBook.js";
import { releaseOrigin } from "./batch/settle.js";
import { endRequest } from "./endRequest.js";
import type { InferenceKeeper } from "./keeper.js";
import { settleChallenge } from "./settleChallenge.js";

/**
 * Ends a drawn request that is not terminal, whatever it waits for: at its deadline, or because its
 * version was taken down. A challenge leaves the result that it disputed; its bond is lost at the
 * deadline, as without agreement, and returned where nobody could repeat the work.
 */
export function endUnanswered(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  {
    request,
    status,
  }: {
    readonly request: Request;
    readonly status: typeof RequestStatus.NO_AGREEMENT | typeof RequestStatus.REVOKED;
  },
): void {
  // Whether it still waits for an escalation or is in one: it needs none any more.
  keeper.tables.escalations.delete(ctx.kv(keeper.storeKey), request.id);
  const challenge = keeper.findChallenge(ctx, request.id);
  if (challenge?.status === ChallengeStatus.OPEN) {
    const returnsBond = status === RequestStatus.REVOKED;
    const decided = undefined;
    settleChallenge(ctx, keeper, { request, challenge, decided, members: [], returnsBond });
  } else {
    const ended = { ...request, status };
    keeper.setRequest(ctx, ended);
    endRequest(ctx, keeper, ended);
  }
  if (request.originBatchId > 0n) releaseOrigin(ctx, book, request.originBatchId);
}
