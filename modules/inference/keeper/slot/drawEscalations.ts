import type { Context } from "#core/baseapp/context.js";
import {
  BatchKind,
  type Escalation,
  type Params,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { executionPayloadBytes } from "../../types/payloadBound.js";
import type { InferenceKeeper } from "../keeper.js";
import { hasFullPower } from "./drawQueue.js";
import { eligibleProviders, hasCapacity } from "./eligible.js";
import { openBatch } from "./openBatch.js";

/** Escalations that one slot looks at when it fills a batch. */
const ESCALATION_SCAN = 1_024;

interface Waiting {
  readonly position: bigint;
  readonly request: Request;
}

/**
 * Gives requests that wait for an escalation to all available providers: the oldest first, with
 * others of the same version, in at most `escalations_per_block` batches.
 */
export function drawEscalations(ctx: Context, keeper: InferenceKeeper, beacon: Uint8Array): void {
  const params = keeper.params(ctx);
  for (let batches = 0; batches < params.escalationsPerBlock; batches++) {
    const chosen = chooseRequests(ctx, keeper, params);
    if (chosen.length === 0 || !openEscalation(ctx, keeper, chosen, beacon)) return;
  }
}

/** The oldest waiting request with those of its version that fit one batch with it. */
function chooseRequests(ctx: Context, keeper: InferenceKeeper, params: Params): Waiting[] {
  const chosen: Waiting[] = [];
  let gas = 0n;
  let outputBytes = 0n;
  for (const [position, escalation] of waiting(ctx, keeper)) {
    const request = keeper.getRequest(ctx, escalation.requestId);
    const first = chosen[0]?.request ?? request;
    if (!equalBytes(request.versionId, first.versionId)) continue;
    const manifest = keeper.needs.kernel.getManifest(ctx, request.versionId);
    gas += request.gas;
    outputBytes += executionPayloadBytes(manifest, params) * BigInt(request.inputCount);
    const full = chosen.length >= params.maxBatchRequests || gas > params.maxBatchGas;
    if (full || outputBytes > params.payloadBytes) break;
    chosen.push({ position, request });
  }
  return chosen;
}

/** Escalations decided before this block, oldest first. */
function waiting(
  ctx: Context,
  keeper: InferenceKeeper,
): ReadonlyArray<readonly [bigint, Escalation]> {
  const found: Array<readonly [bigint, Escalation]> = [];
  for (const entry of keeper.tables.escalations.iterate(ctx.kv(keeper.storeKey))) {
    if (found.length >= ESCALATION_SCAN) break;
    if (entry[1].height < ctx.height) found.push(entry);
  }
  return found;
}

/** Opens one batch; false when too little power is available now. */
function openEscalation(
  ctx: Context,
  keeper: InferenceKeeper,
  chosen: readonly Waiting[],
  beacon: Uint8Array,
): boolean {
  const [first] = chosen;
  if (first === undefined) return false;
  const gas = chosen.reduce((sum, { request }) => sum + request.gas, 0n);
  const params = keeper.params(ctx);
  const need = { gas, payloadBytes: 0n };
  const seats = eligibleProviders(ctx, keeper).filter(({ load }) =>
    hasCapacity(load, need, params),
  );
  if (!hasFullPower(ctx, keeper, seats)) return false;
  const batch = openBatch(
    ctx,
    keeper,
    {
      id: keeper.takeBatchId(ctx),
      kind: BatchKind.ESCALATION,
      versionId: first.request.versionId,
      requestIds: chosen.map(({ request }) => request.id),
      workBeacon: beacon,
      ...need,
    },
    seats,
  );
  for (const { position, request } of chosen) {
    keeper.tables.escalations.delete(ctx.kv(keeper.storeKey), position);
    const status = RequestStatus.ESCALATED;
    keeper.setRequest(ctx, { ...request, status, batchId: batch.id });
  }
  return true;
}
