import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchKind,
  type Execution,
  type Payload,
  ReceiptStatus,
  RequestStatus,
  Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { isEscalation } from "../../types/batch.js";
import { batchRoot, NO_RECEIPT, requestDigest } from "../../types/digests.js";
import { resultWritten } from "../../types/events.js";
import { payloadLeaves, type PayloadShape } from "../../types/payload.js";
import { isTerminal } from "../../types/request.js";
import type { InferenceKeeper } from "../keeper.js";
import type { BatchBook } from "./batchBook.js";

const EMPTY = new Uint8Array(0);

/** What payloads of a batch must look like. */
export function payloadShape(ctx: Context, keeper: InferenceKeeper, batch: Batch): PayloadShape {
  const executionCounts =
    batch.kind === BatchKind.VALIDATION
      ? [1]
      : batch.requestIds.map((id) => keeper.getRequest(ctx, id).inputCount);
  const { inlineOutputBytes } = keeper.params(ctx);
  return { executionCounts, escalated: isEscalation(batch), inlineOutputBytes };
}

/**
 * Takes the outputs of a batch if they are what was agreed: all under the agreed root, or, after a
 * comparison, each under its agreed leaf, in as many parts as it takes. Returns whether the payload
 * was good and new; one that is not changes nothing.
 */
export function acceptPayload(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  payload: Payload,
): boolean {
  const batch = book.findRunning(ctx, payload.batchId);
  if (batch === undefined || batch.agreedHeight === 0n || batch.outputsReceived) return false;
  const leaves = payloadLeaves(payload, payloadShape(ctx, keeper, batch));
  const agreedLeaves = leaves && agreedAmong(batch, leaves);
  if (agreedLeaves === undefined) return false;
  const known = keeper.findAgreedPayload(ctx, batch.id);
  const merged = mergePayloads(known, payload);
  const outputsReceived = agreedLeaves.every(
    (leaf, position) => leaf.length === 0 || hasPosition(merged, position),
  );
  const isNew = outputsReceived || merged.requests.length > (known?.requests.length ?? 0);
  if (!isNew) return false;
  book.put({ ...batch, agreedLeaves, outputsReceived });
  keeper.setAgreedPayload(ctx, merged);
  writeProvisional(ctx, keeper, batch, payload);
  return true;
}

/** The agreed leaves, if the payload's leaves are in accord with them; empty where there is none. */
function agreedAmong(batch: Batch, leaves: readonly Uint8Array[]): Uint8Array[] | undefined {
  if (batch.agreedRoot.length > 0) {
    if (!equalBytes(batchRoot(leaves), batch.agreedRoot)) return undefined;
    return leaves.map((leaf) => (equalBytes(leaf, NO_RECEIPT) ? EMPTY : leaf));
  }
  const accord = leaves.every((leaf, position) => {
    const agreed = batch.agreedLeaves[position] ?? EMPTY;
    return equalBytes(leaf, NO_RECEIPT) || equalBytes(leaf, agreed);
  });
  return accord ? batch.agreedLeaves : undefined;
}

function mergePayloads(known: Payload | undefined, payload: Payload): Payload {
  if (known === undefined) return payload;
  const fresh = payload.requests.filter(({ position }) => !hasPosition(known, position));
  const requests = [...known.requests, ...fresh].sort((a, b) => a.position - b.position);
  return { batchId: payload.batchId, requests };
}

function hasPosition(payload: Payload, position: number): boolean {
  return payload.requests.some((request) => request.position === position);
}

/** Makes answers readable before the batch settles; a disputed result stays until then. */
function writeProvisional(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  payload: Payload,
): void {
  for (const { position, executions } of payload.requests) {
    // A validation job answers no request.
    const requestId = batch.requestIds[position];
    if (requestId === undefined || keeper.findResult(ctx, requestId) !== undefined) continue;
    if (isTerminal(keeper.getRequest(ctx, requestId).status)) continue;
    const result = { ...resultOf(requestId, executions), height: ctx.height, provisional: true };
    keeper.setResult(ctx, result);
    ctx.emit(resultWritten(result));
  }
}

/** The result that executions of a request amount to; seats and height are filled in later. */
export function resultOf(requestId: bigint, executions: readonly Execution[]): Result {
  return Result.create({
    requestId,
    status: statusOf(executions),
    requestDigest: requestDigest(executions.map((execution) => execution.receipt)),
    executions: executions.map(withoutWork),
  });
}

/** FULFILLED when every execution succeeded; a single failure of the kernel fails the request. */
function statusOf(executions: readonly Execution[]): RequestStatus {
  const ok = executions.every((execution) => execution.receipt.status === ReceiptStatus.OK);
  return ok ? RequestStatus.FULFILLED : RequestStatus.KERNEL_FAILED;
}

/** The execution as a result keeps it: the work digest served its batch only. */
function withoutWork({ receipt, output }: Execution): Execution {
  return { receipt: { ...receipt, workDigest: EMPTY }, output };
}
