import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchKind,
  BatchStatus,
  ChallengeStatus,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { isCommittee, publishesPayloads } from "../../types/batch.js";
import { batchSettled, resultWritten } from "../../types/events.js";
import { isTerminal } from "../../types/request.js";
import { endRequest } from "../endRequest.js";
import { escalateRequest } from "../escalation.js";
import { settleChallenge } from "../settleChallenge.js";
import type { InferenceKeeper } from "../keeper.js";
import { settleValidation } from "../validation.js";
import type { BatchBook } from "./batchBook.js";
import { closeBatch } from "./close.js";
import { judgeBatch } from "./judge.js";
import { resultOf } from "./outputs.js";
import { releaseSeat } from "./reservation.js";

/**
 * Decides a batch: every request gets its result, goes on to an escalation, or ends without
 * agreement. A COMMITTEE batch then stays open for challenges; any other closes at once.
 */
export function settleBatch(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  batchId: bigint,
): void {
  const batch = book.get(batchId);
  for (const seat of batch.seats) releaseSeat(ctx, keeper, batch, seat);
  if (batch.kind === BatchKind.VALIDATION) {
    settleValidation(ctx, keeper, book, batch);
    return;
  }
  for (const position of batch.requestIds.keys()) {
    settleRequest(ctx, keeper, book, { batchId, position });
  }
  dropPayloads(ctx, keeper, batch);
  const settled = book.get(batchId);
  const challengeable = isCommittee(settled) && !publishesPayloads(settled);
  const window = keeper.params(ctx).challengeWindowBlocks;
  const closesHeight = challengeable ? ctx.height + window : ctx.height;
  book.put({ ...settled, status: BatchStatus.SETTLED, closesHeight });
  ctx.emit(batchSettled(book.get(batchId)));
  if (!challengeable) closeBatch(ctx, keeper, book, batchId);
}

function settleRequest(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly batchId: bigint; readonly position: number },
): void {
  const batch = book.get(given.batchId);
  const id = batch.requestIds[given.position];
  const request = id === undefined ? undefined : keeper.findRequest(ctx, id);
  if (request === undefined || isTerminal(request.status)) return;
  const decided = writeResult(ctx, keeper, { batch, request, position: given.position });
  if (request.originBatchId > 0n) {
    settleEscalated(ctx, keeper, book, { request, decided });
    return;
  }
  if (decided !== undefined) {
    const ended = { ...request, status: decided };
    keeper.setRequest(ctx, ended);
    endRequest(ctx, keeper, ended);
    return;
  }
  if (isCommittee(batch) && !publishesPayloads(batch)) {
    escalateRequest(ctx, keeper, book, { request, batchId: batch.id, reason: "no agreement" });
    return;
  }
  const ended = { ...request, status: RequestStatus.NO_AGREEMENT };
  keeper.setRequest(ctx, ended);
  endRequest(ctx, keeper, ended);
}

/** Writes the final result of a request; undefined when there is no agreement on it. */
function writeResult(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly batch: Batch; readonly request: Request; readonly position: number },
): RequestStatus | undefined {
  const { batch, request, position } = given;
  const result = publishesPayloads(batch)
    ? aggregated(ctx, keeper, batch, request)
    : agreed(ctx, keeper, batch, { request, position });
  if (result === undefined) return undefined;
  const judgement = judgeBatch(ctx, keeper, batch);
  const written = {
    ...result,
    height: ctx.height,
    provisional: false,
    seatsAgreed: batch.seats.filter((seat) => judgement.verdict(seat, position) === "right").length,
    seatsTotal: batch.seats.length,
  };
  keeper.setResult(ctx, written);
  ctx.emit(resultWritten(written));
  return written.status;
}

function agreed(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  given: { readonly request: Request; readonly position: number },
): ReturnType<typeof resultOf> | undefined {
  const payload = keeper.findAgreedPayload(ctx, batch.id);
  const found = payload?.requests.find((one) => one.position === given.position);
  return found && resultOf(given.request.id, found.executions);
}

function aggregated(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  request: Request,
): ReturnType<typeof resultOf> | undefined {
  const done = batch.aggregatedRequests === batch.requestIds.length;
  return done ? keeper.findResult(ctx, request.id) : undefined;
}

/** An escalation decided, or could not decide, a request of another batch. */
function settleEscalated(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly request: Request; readonly decided: RequestStatus | undefined },
): void {
  const { request, decided } = given;
  const challenge = keeper.findChallenge(ctx, request.id);
  if (challenge?.status === ChallengeStatus.OPEN) {
    settleChallenge(ctx, keeper, book, { request, challenge, decided });
  } else {
    const ended = { ...request, status: decided ?? RequestStatus.NO_AGREEMENT };
    keeper.setRequest(ctx, ended);
    endRequest(ctx, keeper, ended);
  }
  releaseOrigin(ctx, book, request.originBatchId);
}

/** The batch that disagreed waits for one escalation less. */
export function releaseOrigin(ctx: Context, book: BatchBook, batchId: bigint): void {
  const origin = book.find(ctx, batchId);
  if (origin === undefined) return;
  book.put({ ...origin, openEscalations: Math.max(0, origin.openEscalations - 1) });
}

function dropPayloads(ctx: Context, keeper: InferenceKeeper, batch: Batch): void {
  const kv = ctx.kv(keeper.storeKey);
  keeper.tables.agreedPayloads.delete(kv, batch.id);
  for (const number of batch.seats.keys()) {
    keeper.tables.seatPayloads.delete(kv, [batch.id, BigInt(number)]);
  }
}
