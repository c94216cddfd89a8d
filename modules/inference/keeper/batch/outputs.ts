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

/** What a payload brings to its batch. */
interface Delivery {
  readonly agreedLeaves: Uint8Array[];
  readonly outputsReceived: boolean;
  /** All outputs of the batch that are known with it. */
  readonly merged: Payload;
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
  const delivery = batch && judgePayload(ctx, keeper, batch, payload);
  if (batch === undefined || delivery === undefined) return false;
  const { agreedLeaves, outputsReceived, merged } = delivery;
  const delivered = { ...batch, agreedLeaves, outputsReceived };
  book.put(delivered);
  keeper.setAgreedPayload(ctx, merged);
  writeProvisional(ctx, keeper, delivered, payload);
  return true;
}

/** What a payload would bring to a running batch; undefined when it is not good and new. */
export function judgePayload(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  payload: Payload,
): Delivery | undefined {
  if (batch.agreedHeight === 0n || batch.outputsReceived) return undefined;
  const leaves = payloadLeaves(payload, payloadShape(ctx, keeper, batch));
  const agreedLeaves = leaves && agreedAmong(batch, leaves);
  if (agreedLeaves === undefined) return undefined;
  const known = keeper.findAgreedPayload(ctx, batch.id);
  const merged = mergePayloads(known, payload);
  const positions = new Set(merged.requests.map(({ position }) => position));
  const outputsReceived = agreedLeaves.every(
    (leaf, position) => leaf.length === 0 || positions.has(position),
  );
  const isNew = outputsReceived || merged.requests.length > (known?.requests.length ?? 0);
  return isNew ? { agreedLeaves, outputsReceived, merged } : undefined;
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
  const positions = new Set(known.requests.map(({ position }) => position));
  const fresh = payload.requests.filter(({ position }) => !positions.has(position));
  const requests = [...known.requests, ...fresh].sort((a, b) => a.position - b.position);
  return { batchId: payload.batchId, requests };
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
    const answer = resultOf({ batch, position, requestId, executions });
    const result = { ...answer, height: ctx.height, provisional: true };
    keeper.setResult(ctx, result);
    ctx.emit(resultWritten(result));
  }
}

/** An answer on which a batch agreed. */
export interface AgreedAnswer {
  readonly batch: Batch;
  readonly position: number;
  readonly requestId: bigint;
  readonly executions: readonly Execution[];
}

/** The result that an agreed answer amounts to; seats and height are filled in later. */
export function resultOf(answer: AgreedAnswer): Result {
  const { requestId, executions } = answer;
  return Result.create({
    requestId,
    status: statusOf(executions),
    requestDigest: agreedDigest(answer),
    executions: executions.map(withoutWork),
  });
}

/** The leaf under which the answer was agreed, unless that binds in the work of an escalation. */
function agreedDigest({ batch, position, executions }: AgreedAnswer): Uint8Array {
  const leaf = batch.agreedLeaves[position];
  if (leaf !== undefined && leaf.length > 0 && !isEscalation(batch)) return leaf;
  return requestDigest(executions.map((execution) => execution.receipt));
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
