import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  type Execution,
  type RequestExecutions,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { abstains, packAbstentions } from "../../types/abstentions.js";
import { decides } from "../../types/batch.js";
import { answersCombined } from "../../types/events.js";
import { isTerminal } from "../../types/request.js";
import type { InferenceKeeper } from "../keeper.js";
import type { BatchBook } from "./batchBook.js";
import type { Combiner, Run } from "./combine.js";
import { combinerOf } from "./combinerOf.js";
import { resultOf } from "./outputs.js";
import { settleBatch } from "./settle.js";

/** Aggregation gas that is left in this block; what does not fit waits for the next. */
export interface AggregationBudget {
  remaining: bigint;
}

/**
 * Makes one answer of the members' answers to each request of a batch, one after the other, as far
 * as the block's budget goes; settles the batch after the last one. One request may overdraw what
 * is left of the budget, by less than the whole of it, so that every batch gets on.
 */
export function aggregateBatch(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly batchId: bigint; readonly budget: AggregationBudget },
): void {
  const { batchId, budget } = given;
  if (budget.remaining <= 0n) return;
  const combiner = combinerOf(ctx, keeper, book.get(batchId));
  const answers = collectAnswers(ctx, keeper, book.get(batchId));
  while (book.get(batchId).aggregatedRequests < book.get(batchId).requestIds.length) {
    if (budget.remaining <= 0n) return;
    budget.remaining -= aggregateNext(ctx, keeper, book, { batchId, combiner, answers });
  }
  settleBatch(ctx, keeper, book, batchId);
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
 * answered gets no result, nor does a request to an input of which no answer is agreed.
 */
function aggregateNext(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: {
    readonly batchId: bigint;
    readonly combiner: Combiner;
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
    given.combiner.combine(runsOn(answers, input)),
  );
  const gas = inputs.reduce((sum, one) => sum + one.gas, 0n);
  const combined = inputs.flatMap((one) => one.combined ?? []);
  const agreed = combined.length === inputs.length;
  ctx.emit(answersCombined(requestId, given.combiner.by, agreed));
  if (!agreed) return gas;
  reject(book, { batchId: batch.id, position, seats: combined.flatMap((one) => one.rejected) });
  const executions = combined.map(({ execution }) => execution);
  const result = resultOf({ batch, position, requestId, executions });
  keeper.setResult(ctx, { ...result, height: ctx.height, provisional: true });
  return gas;
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

/** What seats gave for one input. */
function runsOn(answers: readonly Answer[], input: number): Run[] {
  return answers.map(({ seat, executions }) => {
    const execution = assertDefined(executions[input], "answers have an execution for each input");
    return { seat, execution };
  });
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
