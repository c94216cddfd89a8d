import type { Context } from "#core/baseapp/context.js";
import type { Request } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { isAnswered } from "../types/request.js";
import type { InferenceKeeper } from "./keeper.js";

/**
 * Shadow requests repeat what was answered before, and runs await exactly those that are not paid
 * out: the sentence that says otherwise.
 */
export function checkShadows(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const awaited = new Map<string, number>();
  for (const [id, request] of keeper.tables.requests.iterate(ctx.kv(keeper.storeKey))) {
    if (request.shadow === undefined) continue;
    const { requestId } = request.shadow;
    if (requestId >= id || !wasAnswered(ctx, keeper, keeper.findRequest(ctx, requestId))) {
      return `request ${id} repeats what was not answered before`;
    }
    const key = toHex(request.versionId);
    if (!request.paid) awaited.set(key, (awaited.get(key) ?? 0) + 1);
  }
  for (const [versionId, pending] of keeper.needs.kernel.pendingShadows(ctx)) {
    const key = toHex(versionId);
    const found = awaited.get(key) ?? 0;
    if (found !== pending)
      return `the run of ${key} awaits ${pending} requests, there are ${found}`;
    awaited.delete(key);
  }
  return awaited.size === 0 ? undefined : "a shadow request is of no run";
}

/** A dispute takes an answer up again. */
function wasAnswered(ctx: Context, keeper: InferenceKeeper, request: Request | undefined): boolean {
  if (request === undefined || request.shadow !== undefined) return false;
  return isAnswered(request.status) || keeper.findChallenge(ctx, request.id) !== undefined;
}
