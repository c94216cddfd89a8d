import type { Context } from "#core/baseapp/context.js";
import {
  BatchKind,
  type Params,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { VersionStatus } from "#core/codec/generated/aivm/kernel/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { divFloor } from "#core/primitives/intMath.js";
import { ANSWERS_PER_SLOT } from "../../types/limits.js";
import { requestPayloadBytes } from "../../types/payloadBound.js";
import { BatchBook } from "../batch/batchBook.js";
import { endUnanswered } from "../endUnanswered.js";
import type { InferenceKeeper } from "../keeper.js";
import { eligibleProviders, hasCapacity, hasFullPower } from "./eligible.js";
import { openBatch } from "./openBatch.js";

/** Waiting requests that one slot looks at. */
const ESCALATION_SCAN = 1_024;

/**
 * Gives requests that wait for an escalation to all available providers: the oldest request first,
 * with others of the same version, in at most `escalations_per_block` batches.
 */
export function drawEscalations(ctx: Context, keeper: InferenceKeeper, beacon: Uint8Array): void {
  endRevoked(ctx, keeper);
  const params = keeper.params(ctx);
  for (let batches = 0; batches < params.escalationsPerBlock; batches++) {
    const waiting = waitingRequests(ctx, keeper);
    if (waiting.length === 0) return;
    const chosen = chooseRequests(ctx, keeper, params, waiting);
    if (!openEscalation(ctx, keeper, chosen, beacon)) return;
  }
}

/**
 * Ends waiting requests of versions that were taken down, wherever in the queue they are: others may
 * wait before them for providers. In the block of the takedown the version is drawn as before, since
 * the ids that batches take decide later draws (see `formGroups`).
 */
function endRevoked(ctx: Context, keeper: InferenceKeeper): void {
  const book = new BatchBook(keeper);
  for (const request of waitingRequests(ctx, keeper)) {
    const version = keeper.needs.kernel.findVersion(ctx, request.versionId);
    if (version?.status !== VersionStatus.REVOKED || version.revokedHeight === ctx.height) continue;
    endUnanswered(ctx, keeper, book, { request, status: RequestStatus.REVOKED });
  }
  book.save(ctx);
}

/** Requests that escalated before this block, oldest first. */
function waitingRequests(ctx: Context, keeper: InferenceKeeper): readonly Request[] {
  const found: Request[] = [];
  for (const [id, { height }] of keeper.tables.escalations.iterate(ctx.kv(keeper.storeKey))) {
    if (found.length >= ESCALATION_SCAN) break;
    if (height < ctx.height) found.push(keeper.getRequest(ctx, id));
  }
  return found;
}

/** The oldest request with those of its version that fit one batch with it. */
function chooseRequests(
  ctx: Context,
  keeper: InferenceKeeper,
  params: Params,
  waiting: readonly Request[],
): readonly Request[] {
  const [first] = waiting;
  const chosen: Request[] = [];
  const most = mostRequests(ctx, keeper, params);
  let gas = 0n;
  let outputBytes = 0n;
  for (const request of waiting) {
    if (first === undefined || !equalBytes(request.versionId, first.versionId)) continue;
    const manifest = keeper.needs.kernel.getManifest(ctx, request.versionId);
    gas += request.gas;
    const { inputCount } = request;
    outputBytes += requestPayloadBytes(manifest, params, { inputCount, escalated: true });
    const fits = chosen.length < most && gas <= params.maxBatchGas;
    if (request !== first && !(fits && outputBytes <= params.payloadBytes)) break;
    chosen.push(request);
  }
  return chosen;
}

/** Requests of one escalation at most, so that its answers stay within a slot's number. */
function mostRequests(ctx: Context, keeper: InferenceKeeper, params: Params): number {
  const seats = BigInt(Math.max(1, eligibleProviders(ctx, keeper).length));
  return Math.min(params.maxBatchRequests, Number(divFloor(BigInt(ANSWERS_PER_SLOT), seats)));
}

/** Opens one batch; false when too little power is available now. */
function openEscalation(
  ctx: Context,
  keeper: InferenceKeeper,
  chosen: readonly Request[],
  beacon: Uint8Array,
): boolean {
  const gas = chosen.reduce((sum, request) => sum + request.gas, 0n);
  const params = keeper.params(ctx);
  const need = { gas, payloadBytes: 0n };
  const seats = eligibleProviders(ctx, keeper).filter(({ load }) =>
    hasCapacity(load, need, params),
  );
  const [first] = chosen;
  if (first === undefined || !hasFullPower(ctx, keeper, seats)) return false;
  const id = keeper.takeBatchId(ctx);
  for (const request of chosen) {
    keeper.tables.escalations.delete(ctx.kv(keeper.storeKey), request.id);
    keeper.setRequest(ctx, { ...request, batchId: id });
  }
  const draft = {
    id,
    kind: BatchKind.ESCALATION,
    versionId: first.versionId,
    requestIds: chosen.map((request) => request.id),
    workBeacon: beacon,
    ...need,
  };
  openBatch(ctx, keeper, draft, seats);
  return true;
}
