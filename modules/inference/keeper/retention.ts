import type { Context } from "#core/baseapp/context.js";
import type { Result } from "#core/codec/generated/aivm/inference/v1.js";
import { isTerminal } from "../types/request.js";
import type { InferenceKeeper } from "./keeper.js";

/** Requests pruned in one block; more wait for the next. */
const PRUNED_PER_BLOCK = 256;

/** Height at which inputs and outputs of a request that ended at `ended` are pruned. */
export function pruneHeight(ctx: Context, keeper: InferenceKeeper, ended: bigint): bigint {
  return ended + keeper.params(ctx).retentionBlocks;
}

/** Drops inputs and outputs of requests that ended long ago; digests and receipts stay. */
export function pruneRetained(ctx: Context, keeper: InferenceKeeper): void {
  const kv = ctx.kv(keeper.storeKey);
  const due: Array<readonly [bigint, bigint]> = [];
  for (const entry of keeper.tables.retention.iterate(kv, { end: [ctx.height + 1n, 0n] })) {
    if (due.length >= PRUNED_PER_BLOCK) break;
    due.push(entry);
  }
  for (const [height, id] of due) {
    keeper.tables.retention.delete(kv, [height, id]);
    // Parameters may have moved the height since a challenge took the request up again: it is
    // pruned after its second end.
    if (!isTerminal(keeper.getRequest(ctx, id).status)) continue;
    keeper.tables.inputs.delete(kv, id);
    const result = keeper.findResult(ctx, id);
    if (result !== undefined && !result.pruned) keeper.setResult(ctx, withoutOutputs(result));
  }
}

function withoutOutputs(result: Result): Result {
  const executions = result.executions.map(({ receipt }) => ({
    receipt,
    output: new Uint8Array(0),
  }));
  return { ...result, executions, pruned: true };
}
