import type { Context } from "#core/baseapp/context.js";
import type { Request } from "#core/codec/generated/aivm/inference/v1.js";
import { requestEnded } from "../types/events.js";
import { isAnswered } from "../types/request.js";
import type { InferenceKeeper } from "./keeper.js";
import { payRequest } from "./payRequest.js";
import { pruneHeight } from "./retention.js";

/**
 * Follows up on a request whose status has just become terminal: announces it, plans the pruning
 * of its inputs and outputs, and refunds what an unanswered request gets back; what was provisional
 * is no answer then. Answered requests are paid when their batch closes.
 */
export function endRequest(ctx: Context, keeper: InferenceKeeper, request: Request): void {
  const kv = ctx.kv(keeper.storeKey);
  keeper.tables.retention.add(kv, [pruneHeight(ctx, keeper, ctx.height), request.id]);
  keeper.tables.due.delete(kv, [request.deadlineHeight, request.id]);
  ctx.emit(requestEnded(request));
  if (isAnswered(request.status)) return;
  keeper.tables.results.delete(kv, request.id);
  payRequest(ctx, keeper, request, []);
}
