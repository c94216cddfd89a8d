import { equalBytes } from "#core/primitives/bytes.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBig, isStrictlyAscending } from "#core/primitives/sorted.js";
import {
  type Execution,
  type Payload,
  type Receipt,
  ReceiptStatus,
  type RequestExecutions,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { FinishedBatch } from "./expectedKeepers.js";
import { DIGEST_BYTES } from "./limits.js";
import { NO_RECEIPT, requestLeaf } from "./digests.js";

/** What the payload of a batch must look like. */
export interface PayloadShape {
  /** Executions of each request, in batch order. */
  readonly executionCounts: readonly number[];
  readonly escalated: boolean;
  readonly inlineOutputBytes: bigint;
}

interface KnownLeaves {
  readonly shape: PayloadShape;
  readonly leaves: Uint8Array[] | undefined;
}

/** Leaves of payloads that are still in use: a proposed block is judged, then executed. */
const known = new WeakMap<Payload, KnownLeaves>();

/** Payloads of finished batches: one each, so that its leaves are known when it is proposed. */
const whole = new WeakMap<FinishedBatch, Payload>();

/** All answers of a finished batch, not to be changed; requests without a receipt are left out. */
export function wholePayload(finished: FinishedBatch): Payload {
  const found = whole.get(finished);
  if (found !== undefined) return found;
  const payload = payloadOf(finished, () => true);
  whole.set(finished, payload);
  return payload;
}

/** Answers of a finished batch at the positions that are included. */
export function payloadOf(
  finished: FinishedBatch,
  includes: (position: number) => boolean,
): Payload {
  const requests: RequestExecutions[] = [];
  for (const [position, executions] of finished.executions.entries()) {
    if (executions.length === 0 || !includes(position)) continue;
    requests.push({ position, executions: [...executions] });
  }
  return { batchId: finished.batchId, requests };
}

/**
 * Notes the leaves of a batch that this node has just computed from the outcomes it checked one by
 * one, every request with its receipts: its own proposal need not compute them again.
 */
export function rememberLeaves(finished: FinishedBatch, shape: PayloadShape): void {
  known.set(wholePayload(finished), { shape, leaves: [...finished.leaves] });
}

/**
 * The leaves that a payload stands for, not to be changed: one for each request, NO_RECEIPT where
 * it has none. Undefined when the payload is not of the batch's shape or an output is not what its
 * receipt says.
 */
export function payloadLeaves(payload: Payload, shape: PayloadShape): Uint8Array[] | undefined {
  const found = known.get(payload);
  if (found !== undefined && isSameShape(found.shape, shape)) return found.leaves;
  const leaves = computeLeaves(payload, shape);
  known.set(payload, { shape, leaves });
  return leaves;
}

function isSameShape(a: PayloadShape, b: PayloadShape): boolean {
  return (
    a.escalated === b.escalated &&
    a.inlineOutputBytes === b.inlineOutputBytes &&
    a.executionCounts.length === b.executionCounts.length &&
    a.executionCounts.every((count, position) => count === b.executionCounts[position])
  );
}

function computeLeaves(payload: Payload, shape: PayloadShape): Uint8Array[] | undefined {
  const positions = payload.requests.map((request) => BigInt(request.position));
  if (!isStrictlyAscending(positions, compareBig)) return undefined;
  if (!payload.requests.every((request) => fitsShape(request, shape))) return undefined;
  const leaves = shape.executionCounts.map(() => NO_RECEIPT);
  for (const { position, executions } of payload.requests) {
    const receipts = executions.map((execution) => execution.receipt);
    leaves[position] = requestLeaf(receipts, shape.escalated);
  }
  return leaves;
}

function fitsShape(request: RequestExecutions, shape: PayloadShape): boolean {
  const count = shape.executionCounts[request.position];
  return (
    count === request.executions.length &&
    request.executions.every((execution) => isSound(execution, shape))
  );
}

/** Whether the receipt is well-formed and the output is the one it names, present when inline. */
function isSound({ receipt, output }: Execution, shape: PayloadShape): boolean {
  const workBytes = shape.escalated ? DIGEST_BYTES : 0;
  if (!isWellFormed(receipt) || receipt.workDigest.length !== workBytes) return false;
  const inline = receipt.outputSize > 0n && receipt.outputSize <= shape.inlineOutputBytes;
  if (!inline) return output.length === 0;
  return (
    BigInt(output.length) === receipt.outputSize && equalBytes(sha256(output), receipt.outputDigest)
  );
}

function isWellFormed(receipt: Receipt): boolean {
  if (receipt.status === ReceiptStatus.OK) {
    return receipt.outputDigest.length === DIGEST_BYTES && receipt.outputSize > 0n;
  }
  return (
    receipt.status > ReceiptStatus.OK &&
    receipt.status <= ReceiptStatus.MODEL_ERROR &&
    receipt.outputDigest.length === 0 &&
    receipt.outputSize === 0n
  );
}
