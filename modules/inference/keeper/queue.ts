import type { Context } from "#core/baseapp/context.js";
import type { Request, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { minBig, parseUint } from "#core/primitives/intMath.js";
import { endRequest } from "./endRequest.js";
import type { InferenceKeeper } from "./keeper.js";

const HIGHEST = (1n << 64n) - 1n;

/** Queue key: highest priority fee first, then height, then id. */
function keyOf(request: Request): [bigint, bigint, bigint] {
  const fee = minBig(parseUint(request.fees.priority) ?? 0n, HIGHEST);
  return [HIGHEST - fee, request.height, request.id];
}

/**
 * Puts a new request into the queue, a shadow request into the one behind it, and notes when it is
 * to be looked at again.
 */
export function enqueue(ctx: Context, keeper: InferenceKeeper, request: Request): void {
  const kv = ctx.kv(keeper.storeKey);
  const params = keeper.params(ctx);
  if (request.shadow === undefined) {
    keeper.tables.queue.add(kv, keyOf(request));
    keeper.tables.queueLength.set(kv, keeper.queueLength(ctx) + 1n);
  } else {
    keeper.tables.shadowQueue.add(kv, [request.height, request.id]);
    keeper.tables.shadowQueueLength.set(kv, keeper.shadowQueueLength(ctx) + 1n);
  }
  // The slot of the last block that it may wait for comes after that block's look at what is due.
  keeper.tables.due.add(kv, [request.height + params.maxQueueBlocks + 1n, request.id]);
  keeper.tables.due.add(kv, [request.deadlineHeight, request.id]);
  keeper.tables.byRequester.add(kv, [request.requester, request.id]);
}

/** Takes a request out of the queue. */
export function dequeue(ctx: Context, keeper: InferenceKeeper, request: Request): void {
  const kv = ctx.kv(keeper.storeKey);
  if (request.shadow !== undefined) dequeueShadow(ctx, keeper, request);
  else if (keeper.tables.queue.has(kv, keyOf(request))) {
    keeper.tables.queue.delete(kv, keyOf(request));
    keeper.tables.queueLength.set(kv, keeper.queueLength(ctx) - 1n);
  }
}

function dequeueShadow(ctx: Context, keeper: InferenceKeeper, { height, id }: Request): void {
  const kv = ctx.kv(keeper.storeKey);
  if (!keeper.tables.shadowQueue.has(kv, [height, id])) return;
  keeper.tables.shadowQueue.delete(kv, [height, id]);
  keeper.tables.shadowQueueLength.set(kv, keeper.shadowQueueLength(ctx) - 1n);
}

/** How a request ends that was never drawn. */
export type QueueEnd = typeof RequestStatus.EXPIRED | typeof RequestStatus.REVOKED;

/** Ends a request that was never drawn, because it waited too long or its version may not run. */
export function endQueued(
  ctx: Context,
  keeper: InferenceKeeper,
  request: Request,
  status: QueueEnd,
): void {
  dequeue(ctx, keeper, request);
  const ended = { ...request, status };
  keeper.setRequest(ctx, ended);
  endRequest(ctx, keeper, ended);
}

/**
 * Ids of queued requests made before this block, in queue order, shadow requests behind all others;
 * at most `limit`, so that a long queue costs a block no more than it can draw.
 */
export function queuedIds(ctx: Context, keeper: InferenceKeeper, limit: number): bigint[] {
  const ids: bigint[] = [];
  for (const [, height, id] of keeper.tables.queue.iterate(ctx.kv(keeper.storeKey))) {
    if (ids.length >= limit) break;
    if (height < ctx.height) ids.push(id);
  }
  for (const [height, id] of keeper.tables.shadowQueue.iterate(ctx.kv(keeper.storeKey))) {
    if (ids.length >= limit || height >= ctx.height) break;
    ids.push(id);
  }
  return ids;
}
