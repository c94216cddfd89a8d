import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchStatus,
  type Challenge,
  ChallengeStatus,
  FaultKind,
  type Request,
} from "#core/codec/generated/aivm/inference/v1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { batchClosed } from "../../types/events.js";
import type { Slash } from "../../types/expectedKeepers.js";
import { PAYOUTS_PER_BLOCK } from "../../types/limits.js";
import { isAnswered } from "../../types/request.js";
import type { InferenceKeeper } from "../keeper.js";
import { payRequest } from "../payRequest.js";
import type { BatchBook } from "./batchBook.js";
import { judgeBatch, type Judgement, rightAccounts } from "./judge.js";
import { punish } from "./punish.js";

/**
 * Closes settled batches whose windows are over and whose escalations have ended, oldest first:
 * pays their requests and punishes seats that were wrong. Payouts beyond a block's number go on in
 * the next block.
 */
export function closeSettled(ctx: Context, keeper: InferenceKeeper, book: BatchBook): void {
  const budget = { payouts: PAYOUTS_PER_BLOCK };
  for (const batchId of dueBatches(ctx, keeper)) {
    if (budget.payouts <= 0) return;
    closeBatch(ctx, keeper, book, { batchId, budget });
  }
}

function dueBatches(ctx: Context, keeper: InferenceKeeper): readonly bigint[] {
  const kv = ctx.kv(keeper.storeKey);
  const due: bigint[] = [];
  for (const [, id] of keeper.tables.closing.iterate(kv, { end: [ctx.height + 1n, 0n] })) {
    if (due.length >= PAYOUTS_PER_BLOCK) break;
    due.push(id);
  }
  return due;
}

interface PayoutBudget {
  payouts: number;
}

/** Pays what is left to pay of a batch; when that is all, punishes and closes. */
function closeBatch(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly batchId: bigint; readonly budget: PayoutBudget },
): void {
  const { batchId, budget } = given;
  const batch = assertDefined(book.find(ctx, batchId), "a batch that closes exists");
  const judgements = new Judgements(ctx, keeper, book);
  for (const id of batch.requestIds) {
    const request = keeper.getRequest(ctx, id);
    // A request that went on to another batch is paid when that one closes.
    if (request.batchId !== batch.id || request.paid || !isAnswered(request.status)) continue;
    if (budget.payouts <= 0) return;
    const members = judgements.membersOf(request);
    payRequest(ctx, keeper, request, members);
    budget.payouts -= members.length;
  }
  punishWrong(ctx, keeper, batch, judgements.of(batch));
  book.put({ ...batch, status: BatchStatus.CLOSED });
  ctx.emit(batchClosed(batch.id));
}

/** Judgements of the batches that one batch's requests went through, each made once. */
class Judgements {
  readonly #ctx: Context;
  readonly #keeper: InferenceKeeper;
  readonly #book: BatchBook;
  readonly #known = new Map<bigint, Judgement>();

  constructor(ctx: Context, keeper: InferenceKeeper, book: BatchBook) {
    this.#ctx = ctx;
    this.#keeper = keeper;
    this.#book = book;
  }

  of(batch: Batch): Judgement {
    const known = this.#known.get(batch.id);
    if (known !== undefined) return known;
    const judgement = judgeBatch(this.#ctx, this.#keeper, batch);
    this.#known.set(batch.id, judgement);
    return judgement;
  }

  /** Accounts of the seats that were right, in the batch that decided and in the one before. */
  membersOf(request: Request): Address[] {
    const ids = [request.batchId, request.originBatchId].filter((id) => id > 0n);
    return ids.flatMap((id) => {
      const batch = assertDefined(this.#book.find(this.#ctx, id), "a request's batch exists");
      return rightAccounts(batch, this.of(batch), batch.requestIds.indexOf(request.id));
    });
  }
}

/** Punishes every seat that was wrong about anything, once. */
export function punishWrong(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  judgement: Judgement,
): void {
  const won = wonChallenges(ctx, keeper, batch);
  for (const [number, seat] of batch.seats.entries()) {
    if (!judgement.isWrong(seat)) continue;
    const exposed = won.find(({ position }) => judgement.verdict(seat, position) === "wrong");
    const fault = { batch, seat, number, kind: FaultKind.WRONG };
    const reward = exposed && rewardOf(ctx, keeper, exposed.challenge);
    punish(ctx, keeper, reward === undefined ? fault : { ...fault, reward });
  }
}

interface WonChallenge {
  readonly position: number;
  readonly challenge: Challenge;
}

function wonChallenges(ctx: Context, keeper: InferenceKeeper, batch: Batch): WonChallenge[] {
  return batch.requestIds.flatMap((id, position) => {
    const challenge = keeper.findChallenge(ctx, id);
    const won = challenge?.status === ChallengeStatus.WON && challenge.batchId === batch.id;
    return won ? [{ position, challenge }] : [];
  });
}

function rewardOf(
  ctx: Context,
  keeper: InferenceKeeper,
  { challenger }: Challenge,
): Slash["reward"] {
  const bps = BigInt(keeper.params(ctx).challengeRewardBps);
  return { address: parseAddress("account", challenger), bps };
}
