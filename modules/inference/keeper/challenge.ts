import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchStatus,
  type Challenge,
  ChallengeStatus,
  type MsgChallenge,
  type MsgChallengeResponse,
  type Request,
  type Result,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { amountOf, type Coin, coin, formatCoins } from "#core/primitives/coin.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import { leafCount } from "../types/batch.js";
import { batchRoot } from "../types/digests.js";
import {
  alreadyChallenged,
  notChallengeable,
  notMinorityMember,
  unknownRequest,
} from "../types/errors.js";
import { challenged } from "../types/events.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { operatorAccountText } from "../types/operator.js";
import { isAnswered } from "../types/request.js";
import { isRevoked } from "./batch/giveUp.js";
import { BatchBook } from "./batch/batchBook.js";
import { judgeBatch } from "./batch/judge.js";
import { isChallengeable } from "./batch/settle.js";
import { escalateRequest } from "./escalation.js";
import type { InferenceKeeper } from "./keeper.js";
import { pruneHeight } from "./retention.js";

/** Disputes a fulfilled COMMITTEE result inside its window: all available providers repeat it. */
export function challenge(
  ctx: Context,
  keeper: InferenceKeeper,
  msg: MsgChallenge,
): MsgChallengeResponse {
  const request = keeper.findRequest(ctx, msg.requestId);
  if (request === undefined) throw unknownRequest({ requestId: msg.requestId });
  const batch = requireChallengeable(ctx, keeper, request);
  const result = assertDefined(keeper.findResult(ctx, request.id), "an answer is in state");
  const member = msg.asMember ? requirePendingPenalty(ctx, keeper, { batch, msg }) : undefined;
  const bond = member === undefined ? requireBond(ctx, keeper, msg) : noBond(ctx, keeper);

  const { bank } = keeper.needs;
  if (amountOf(bond) > 0n) {
    bank.sendToModule(ctx, parseAddress("account", msg.challenger), INFERENCE_MODULE, [bond]);
  }
  const recorded: Challenge = {
    requestId: request.id,
    challenger: msg.challenger,
    bond,
    batchId: batch.id,
    memberSeat: member === undefined ? 0 : member.number + 1,
    height: ctx.height,
    disputedDigest: result.requestDigest,
    status: ChallengeStatus.OPEN,
  };
  keeper.setChallenge(ctx, recorded);
  reopen(ctx, keeper, request, result);
  const book = new BatchBook(keeper);
  book.put(
    member === undefined
      ? batch
      : { ...batch, seats: batch.seats.with(member.number, member.shown) },
  );
  escalateRequest(ctx, keeper, book, {
    request,
    batchId: batch.id,
    reason: "challenged",
    answersDiffer: false,
  });
  book.save(ctx);

  ctx.emit(challenged(request.id, msg.challenger));
  return {};
}

/** An answered request awaits an end again: its pruning is planned anew by its second end. */
function reopen(ctx: Context, keeper: InferenceKeeper, request: Request, result: Result): void {
  const kv = ctx.kv(keeper.storeKey);
  keeper.tables.due.add(kv, [request.deadlineHeight, request.id]);
  keeper.tables.retention.delete(kv, [pruneHeight(ctx, keeper, result.height), request.id]);
}

/** The settled batch that answered the request, if its window is open. */
function requireChallengeable(ctx: Context, keeper: InferenceKeeper, request: Request): Batch {
  if (keeper.findChallenge(ctx, request.id) !== undefined) {
    throw alreadyChallenged({ requestId: request.id });
  }
  if (!isAnswered(request.status)) throw notChallengeable({ problem: "it is not answered" });
  if (isRevoked(ctx, keeper, request.versionId)) {
    throw notChallengeable({ problem: "its version was taken down: nobody can repeat the work" });
  }
  const batch = keeper.getBatch(ctx, request.batchId);
  if (!isChallengeable(batch)) {
    throw notChallengeable({ problem: "its assurance or aggregation allows no challenge" });
  }
  if (batch.status !== BatchStatus.SETTLED || ctx.height >= batch.closesHeight) {
    throw notChallengeable({ problem: "its window is over", closed: batch.closesHeight });
  }
  if (ctx.height >= request.deadlineHeight) {
    throw notChallengeable({ problem: "its deadline is over", deadline: request.deadlineHeight });
  }
  return batch;
}

/** A seat of the challenger, with the digests it shows and its place in the batch. */
interface PendingPenalty {
  readonly number: number;
  readonly shown: Seat;
}

/** The challenger's seat, whose digests show that it would be found wrong about this request. */
function requirePendingPenalty(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly batch: Batch; readonly msg: MsgChallenge },
): PendingPenalty {
  const { batch, msg } = given;
  const number = batch.seats.findIndex(
    (seat) =>
      seat.status === SeatStatus.REVEALED &&
      operatorAccountText(seat.operatorAddress) === msg.challenger,
  );
  const seat = batch.seats[number];
  if (seat === undefined) throw notMinorityMember({ challenger: msg.challenger });
  const complete = msg.requestDigests.length === leafCount(batch);
  if (!complete || !equalBytes(batchRoot(msg.requestDigests), seat.batchRoot)) {
    throw notMinorityMember({ problem: "the digests do not hash to the revealed root" });
  }
  const shown = { ...seat, requestDigests: msg.requestDigests };
  const verdict = judgeBatch(ctx, keeper, batch).verdict(
    shown,
    batch.requestIds.indexOf(msg.requestId),
  );
  if (verdict !== "wrong") {
    throw notMinorityMember({ problem: "the seat did not answer this request otherwise", verdict });
  }
  return { number, shown };
}

function requireBond(ctx: Context, keeper: InferenceKeeper, msg: MsgChallenge): Coin {
  const bond = keeper.params(ctx).challengeBond;
  const from = parseAddress("account", msg.challenger);
  const available = keeper.needs.bank.spendable(ctx, from, bond.denom);
  if (available < amountOf(bond)) {
    const required = formatCoins([bond]);
    throw insufficientFunds({ available: formatCoins([coin(bond.denom, available)]), required });
  }
  return bond;
}

function noBond(ctx: Context, keeper: InferenceKeeper): Coin {
  return coin(keeper.params(ctx).challengeBond.denom, 0n);
}
