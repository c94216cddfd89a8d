import type { Context } from "#core/baseapp/context.js";
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
    const repeated = keeper.findRequest(ctx, request.shadow.requestId);
    const isAfter = repeated !== undefined && repeated.id < id && repeated.shadow === undefined;
    // A dispute takes an answer up again.
    const wasAnswered =
      isAfter && (isAnswered(repeated.status) || isDisputed(ctx, keeper, repeated.id));
    if (!wasAnswered) return `request ${id} repeats what was not answered before`;
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

function isDisputed(ctx: Context, keeper: InferenceKeeper, id: bigint): boolean {
  return keeper.findChallenge(ctx, id) !== undefined;
}
