import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  type Execution,
  type Payload,
  Receipt,
  ReceiptStatus,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { AggregationOutcome } from "../../types/expectedKeepers.js";
import type { InferenceKeeper } from "../keeper.js";
import type { BatchBook } from "./batchBook.js";
import { resultOf } from "./outputs.js";
import { settleBatch } from "./settle.js";

/** Aggregation gas that is left in this block; what does not fit waits for the next. */
export interface AggregationBudget {
  remaining: bigint;
}

/**
 * Runs the kernel's aggregation code over the answers of a batch, request by request, as far as
 * the block's budget goes; settles the batch after the last one. One aggregation may overdraw what
 * is left of the budget, so that every batch gets on.
 */
export function aggregateBatch(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly batchId: bigint; readonly budget: AggregationBudget },
): void {
  const { batchId, budget } = given;
  const total = book.get(batchId).requestIds.length;
  while (book.get(batchId).aggregatedRequests < total) {
    if (budget.remaining <= 0n) return;
    budget.remaining -= aggregateNext(ctx, keeper, book, batchId);
  }
  settleBatch(ctx, keeper, book, batchId);
}

/** Aggregates one request; returns the gas spent. */
function aggregateNext(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  batchId: bigint,
): bigint {
  const batch = book.get(batchId);
  const position = batch.aggregatedRequests;
  const requestId = assertDefined(batch.requestIds[position], "a request is left");
  const answers = answersOf(ctx, keeper, batch, position);
  const { inputCount } = keeper.getRequest(ctx, requestId);
  const executions: Execution[] = [];
  const rejected = new Set<number>();
  let gas = 0n;
  for (let input = 0; input < inputCount; input++) {
    const one = aggregateInput(ctx, keeper, { batch, answers, input });
    executions.push(one.execution);
    gas += one.execution.receipt.gasUsed;
    for (const seat of one.rejected) rejected.add(seat);
  }
  const seats = batch.seats.map((seat, number) =>
    rejected.has(number) ? { ...seat, accepted: false } : seat,
  );
  book.put({ ...batch, seats, aggregatedRequests: position + 1 });
  keeper.setResult(ctx, {
    ...resultOf(requestId, executions),
    height: ctx.height,
    provisional: true,
  });
  return gas;
}

interface Answer {
  readonly seat: number;
  readonly executions: readonly Execution[];
}

/** The answers to one request, in seat order. */
function answersOf(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  position: number,
): readonly Answer[] {
  return batch.seats.flatMap((seat, number) => {
    if (seat.status !== SeatStatus.REVEALED) return [];
    const payload: Payload | undefined = keeper.findSeatPayload(ctx, batch.id, number);
    const found = payload?.requests.find((request) => request.position === position);
    return found === undefined ? [] : [{ seat: number, executions: found.executions }];
  });
}

function aggregateInput(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly batch: Batch; readonly answers: readonly Answer[]; readonly input: number },
): { readonly execution: Execution; readonly rejected: readonly number[] } {
  const { batch, answers, input } = given;
  const successes = answers.flatMap(({ seat, executions }) => {
    const execution = executions[input];
    const ok = execution?.receipt.status === ReceiptStatus.OK && execution.output.length > 0;
    return ok ? [{ seat, output: execution.output }] : [];
  });
  if (successes.length === 0) return { execution: failureAmong(answers, input), rejected: [] };
  const outcome = runCode(
    ctx,
    keeper,
    batch.versionId,
    successes.map(({ output }) => output),
  );
  const rejected = successes.filter((_, index) => outcome.accepted[index] === false);
  return { execution: outcome.execution, rejected: rejected.map(({ seat }) => seat) };
}

function runCode(
  ctx: Context,
  keeper: InferenceKeeper,
  versionId: Uint8Array,
  outputs: readonly Uint8Array[],
): AggregationOutcome {
  const { kernel, aggregator } = keeper.needs;
  const manifest = kernel.getManifest(ctx, versionId);
  const code = kernel.aggregationCode(ctx, versionId);
  return aggregator.aggregate({ code, manifest, outputs, gasLimit: manifest.aggregation.gasLimit });
}

/** When every member's run failed, the first failure in seat order stands for the result. */
function failureAmong(answers: readonly Answer[], input: number): Execution {
  const failure = answers
    .map(({ executions }) => executions[input])
    .find((one) => one !== undefined);
  const status = failure?.receipt.status ?? ReceiptStatus.EXCEPTION;
  const failed = status === ReceiptStatus.OK ? ReceiptStatus.OUTPUT_TOO_LARGE : status;
  return { receipt: Receipt.create({ status: failed }), output: new Uint8Array(0) };
}
