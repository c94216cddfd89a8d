import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchKind,
  BatchStatus,
  ChallengeStatus,
  type Execution,
  type Request,
  RequestStatus,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { Address } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { isCommittee, publishesPayloads, seatTotal } from "../../types/batch.js";
import { batchSettled, resultWritten } from "../../types/events.js";
import { isTerminal } from "../../types/request.js";
import { endRequest } from "../endRequest.js";
import { escalateRequest } from "../escalation.js";
import { repeatInShadow } from "../repeatInShadow.js";
import { settleChallenge } from "../settleChallenge.js";
import type { InferenceKeeper } from "../keeper.js";
import { settleValidation } from "../validation.js";
import type { BatchBook } from "./batchBook.js";
import { judgeBatch, type Judgement, rightAccounts } from "./judge.js";
import { resultOf } from "./outputs.js";
import { releaseSeat } from "./reservation.js";

/**
 * Decides a batch: every request gets its result, goes on to an escalation, or ends without
 * agreement. A COMMITTEE batch then stays open for challenges; any other may close at once.
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
  const settling = {
    batch,
    judgement: judgeBatch(ctx, keeper, batch),
    answers: agreedAnswers(ctx, keeper, batch),
  };
  for (const [position, id] of batch.requestIds.entries()) {
    const request = keeper.getRequest(ctx, id);
    // What ended at its deadline meanwhile stays ended.
    if (isTerminal(request.status)) continue;
    settleRequest(ctx, keeper, book, { ...settling, request, position });
  }
  dropPayloads(ctx, keeper, batch);
  const window = isChallengeable(batch) ? keeper.params(ctx).challengeWindowBlocks : 0n;
  const settled = book.get(batchId);
  book.put({ ...settled, status: BatchStatus.SETTLED, closesHeight: ctx.height + window });
  ctx.emit(batchSettled(book.get(batchId)));
}

/** Whether results of the batch can be disputed, and disagreement escalates. */
export function isChallengeable(batch: Batch): boolean {
  return isCommittee(batch) && !publishesPayloads(batch);
}

/** A request of a batch that is being decided. */
interface Settling {
  readonly batch: Batch;
  readonly judgement: Judgement;
  /** Agreed executions by position. */
  readonly answers: ReadonlyMap<number, readonly Execution[]>;
  readonly request: Request;
  readonly position: number;
}

function settleRequest(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  settling: Settling,
): void {
  const { batch, request } = settling;
  const decided = writeResult(ctx, keeper, settling);
  if (request.originBatchId > 0n) {
    settleEscalated(ctx, keeper, book, { ...settling, decided });
  } else if (decided === undefined && escalates(batch, request)) {
    escalateRequest(ctx, keeper, book, {
      request,
      batchId: batch.id,
      reason: "no agreement",
      answersDiffer: revealedRoots(batch) > 1,
    });
  } else {
    end(ctx, keeper, request, decided);
  }
}

/**
 * What a shadow request's committee does not agree on is a result of its run: not everybody repeats
 * it.
 */
function escalates(batch: Batch, { shadow }: Request): boolean {
  return isChallengeable(batch) && shadow === undefined;
}

/** How many different answers members have shown. */
function revealedRoots(batch: Batch): number {
  const shown = batch.seats.filter(({ batchRoot }) => batchRoot.length > 0);
  return new Set(shown.map(({ batchRoot }) => toHex(batchRoot))).size;
}

function end(
  ctx: Context,
  keeper: InferenceKeeper,
  request: Request,
  decided: RequestStatus | undefined,
): void {
  const ended = { ...request, status: decided ?? RequestStatus.NO_AGREEMENT };
  keeper.setRequest(ctx, ended);
  endRequest(ctx, keeper, ended);
  if (decided !== undefined) repeatInShadow(ctx, keeper, ended);
}

/** Writes the final result of a request; undefined when there is no agreement on it. */
function writeResult(
  ctx: Context,
  keeper: InferenceKeeper,
  settling: Settling,
): RequestStatus | undefined {
  const { batch, position } = settling;
  const result = findAnswer(ctx, keeper, settling);
  if (result === undefined) return undefined;
  const written = {
    ...result,
    height: ctx.height,
    provisional: false,
    seatsAgreed: rightAccounts(batch, settling.judgement, position).length,
    seatsTotal: seatTotal(batch),
  };
  keeper.setResult(ctx, written);
  ctx.emit(resultWritten(written));
  return written.status;
}

function findAnswer(ctx: Context, keeper: InferenceKeeper, settling: Settling): Result | undefined {
  const { batch, request, position, answers } = settling;
  if (publishesPayloads(batch)) {
    const done = batch.aggregatedRequests === batch.requestIds.length;
    return done ? keeper.findResult(ctx, request.id) : undefined;
  }
  const executions = answers.get(position);
  return executions && resultOf({ batch, position, requestId: request.id, executions });
}

function agreedAnswers(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
): ReadonlyMap<number, readonly Execution[]> {
  const answers = keeper.findAgreedPayload(ctx, batch.id)?.requests ?? [];
  return new Map(answers.map(({ position, executions }) => [position, executions]));
}

/** An escalation decided, or could not decide, a request of another batch. */
function settleEscalated(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  settling: Settling & { readonly decided: RequestStatus | undefined },
): void {
  const { request, decided } = settling;
  const challenge = keeper.findChallenge(ctx, request.id);
  if (challenge?.status === ChallengeStatus.OPEN) {
    const members = decided === undefined ? [] : rightOf(settling);
    settleChallenge(ctx, keeper, { request, challenge, decided, members });
  } else {
    end(ctx, keeper, request, decided);
  }
  releaseOrigin(ctx, book, request.originBatchId);
}

function rightOf({ batch, judgement, position }: Settling): Address[] {
  return rightAccounts(batch, judgement, position);
}

/** The batch that disagreed waits for one escalation less. */
export function releaseOrigin(ctx: Context, book: BatchBook, batchId: bigint): void {
  const origin = assertDefined(book.find(ctx, batchId), "an escalated request has an origin");
  book.put({ ...origin, openEscalations: origin.openEscalations - 1 });
}

/** Drops what members have published for a batch that is decided or given up. */
export function dropPayloads(ctx: Context, keeper: InferenceKeeper, batch: Batch): void {
  const kv = ctx.kv(keeper.storeKey);
  keeper.tables.agreedPayloads.delete(kv, batch.id);
  for (const number of batch.seats.keys()) {
    keeper.tables.seatPayloads.delete(kv, [batch.id, BigInt(number)]);
  }
}
