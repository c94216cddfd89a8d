import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  type Execution,
  Receipt,
  ReceiptStatus,
  type RequestExecutions,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { abstains, packAbstentions } from "../../types/abstentions.js";
import { decides } from "../../types/batch.js";
import type { AggregationOutcome } from "../../types/expectedKeepers.js";
import { isTerminal } from "../../types/request.js";
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
 * the block's budget goes; settles the batch after the last one. One request may overdraw what is
 * left of the budget, by less than the whole of it, so that every batch gets on.
 */
export function aggregateBatch(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly batchId: bigint; readonly budget: AggregationBudget },
): void {
  const { batchId, budget } = given;
  if (budget.remaining <= 0n) return;
  const code = codeOf(ctx, keeper, book.get(batchId));
  const answers = collectAnswers(ctx, keeper, book.get(batchId));
  while (book.get(batchId).aggregatedRequests < book.get(batchId).requestIds.length) {
    if (budget.remaining <= 0n) return;
    budget.remaining -= aggregateNext(ctx, keeper, book, { batchId, code, answers });
  }
  settleBatch(ctx, keeper, book, batchId);
}

/** A kernel's aggregation code, ready to be called. */
type Code = (outputs: readonly Uint8Array[]) => AggregationOutcome;

function codeOf(ctx: Context, keeper: InferenceKeeper, { versionId }: Batch): Code {
  const { kernel, aggregator } = keeper.needs;
  const manifest = kernel.getManifest(ctx, versionId);
  const code = kernel.aggregationCode(ctx, versionId);
  const { gasLimit } = manifest.aggregation;
  return (outputs) => aggregator.aggregate({ code, manifest, outputs, gasLimit });
}

/** What a seat answered to the requests of the batch. */
interface SeatAnswers {
  readonly seat: number;
  readonly requests: readonly RequestExecutions[];
}

/** The answers of all seats that revealed, in seat order. */
function collectAnswers(ctx: Context, keeper: InferenceKeeper, batch: Batch): SeatAnswers[] {
  return batch.seats.flatMap((seat, number) => {
    if (seat.status !== SeatStatus.REVEALED) return [];
    const payload = keeper.findSeatPayload(ctx, batch.id, number);
    return [
      {
        seat: number,
        requests: assertDefined(payload, "a revealed seat has shown its answers").requests,
      },
    ];
  });
}

/**
 * Aggregates one request; returns the gas spent. What fewer than a deciding number of seats
 * answered gets no result.
 */
function aggregateNext(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: {
    readonly batchId: bigint;
    readonly code: Code;
    readonly answers: readonly SeatAnswers[];
  },
): bigint {
  const batch = book.get(given.batchId);
  const position = batch.aggregatedRequests;
  const requestId = assertDefined(batch.requestIds[position], "a request is left");
  const request = keeper.getRequest(ctx, requestId);
  book.put({ ...batch, aggregatedRequests: position + 1 });
  // What ended at its deadline meanwhile gets no answer any more.
  if (isTerminal(request.status)) return 0n;
  const answers = answersTo(given.answers, position);
  // Too many abstained: the few that answered do not speak for the committee.
  if (
    !decides(
      batch,
      answers.map(({ seat }) => seatOf(batch, seat)),
    )
  )
    return 0n;
  const inputs = Array.from({ length: request.inputCount }, (_, input) =>
    aggregateInput(given.code, answers, input),
  );
  reject(book, { batchId: batch.id, position, seats: inputs.flatMap((one) => one.rejected) });
  const executions = inputs.map(({ execution }) => execution);
  const result = resultOf({ batch, position, requestId, executions });
  keeper.setResult(ctx, { ...result, height: ctx.height, provisional: true });
  return executions.reduce((gas, { receipt }) => gas + receipt.gasUsed, 0n);
}

function seatOf(batch: Batch, number: number): Seat {
  return assertDefined(batch.seats[number], "an answer is by a seat");
}

/** What a seat answered to one request. */
interface Answer {
  readonly seat: number;
  readonly executions: readonly Execution[];
}

function answersTo(all: readonly SeatAnswers[], position: number): readonly Answer[] {
  return all.flatMap(({ seat, requests }) => {
    const found = requests.find((request) => request.position === position);
    return found === undefined ? [] : [{ seat, executions: found.executions }];
  });
}

interface AggregatedInput {
  readonly execution: Execution;
  /** Numbers of the seats whose answer was not accepted. */
  readonly rejected: readonly number[];
}

/**
 * Aggregates the answers to one input. The code sees the outputs of runs that succeeded; a run that
 * failed while others succeeded is not accepted. When all failed, the first failure in seat order
 * stands for the result and everybody who reported one is right. There is an answer at least.
 */
function aggregateInput(code: Code, answers: readonly Answer[], input: number): AggregatedInput {
  const runs = answers.map(({ seat, executions }) => {
    const execution = assertDefined(executions[input], "answers have an execution for each input");
    return { seat, execution };
  });
  const successes = runs.filter(({ execution }) => hasOutput(execution));
  if (successes.length === 0) {
    return { execution: failureAmong(runs.map((run) => run.execution)), rejected: [] };
  }
  const outcome = code(successes.map(({ execution }) => execution.output));
  const refused = successes.filter((_, index) => outcome.accepted[index] === false);
  const failed = runs.filter(({ execution }) => !hasOutput(execution));
  return {
    execution: outcome.execution,
    rejected: [...refused, ...failed].map(({ seat }) => seat),
  };
}

/** Aggregation code reads outputs that are in state: larger ones are as good as none. */
function hasOutput({ receipt, output }: Execution): boolean {
  return receipt.status === ReceiptStatus.OK && output.length > 0;
}

function failureAmong(executions: readonly Execution[]): Execution {
  const status = executions[0]?.receipt.status ?? ReceiptStatus.EXCEPTION;
  const failed = status === ReceiptStatus.OK ? ReceiptStatus.OUTPUT_TOO_LARGE : status;
  return { receipt: Receipt.create({ status: failed }), output: new Uint8Array(0) };
}

/** Marks the seats whose answer to the request at a position was not accepted. */
function reject(
  book: BatchBook,
  given: {
    readonly batchId: bigint;
    readonly position: number;
    readonly seats: readonly number[];
  },
): void {
  const { batchId, position } = given;
  for (const number of given.seats) {
    const seat = seatOf(book.get(batchId), number);
    const before = Array.from({ length: position }, (_, one) => one);
    const positions = [...before.filter((one) => abstains(seat.rejections, one)), position];
    book.putSeat(batchId, number, { ...seat, rejections: packAbstentions(positions) });
  }
}
