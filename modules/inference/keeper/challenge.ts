import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchStatus,
  type Challenge,
  ChallengeStatus,
  type MsgChallenge,
  type MsgChallengeResponse,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { amountOf, type Coin, coin, formatCoins } from "#core/primitives/coin.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import { isCommittee, leafCount, publishesPayloads } from "../types/batch.js";
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
import { BatchBook } from "./batch/batchBook.js";
import { judgeBatch } from "./batch/judge.js";
import { escalateRequest } from "./escalation.js";
import type { InferenceKeeper } from "./keeper.js";

/** Disputes a fulfilled COMMITTEE result inside its window: all available providers repeat it. */
export function challenge(
  ctx: Context,
  keeper: InferenceKeeper,
  msg: MsgChallenge,
): MsgChallengeResponse {
  const request = keeper.findRequest(ctx, msg.requestId);
  if (request === undefined) throw unknownRequest({ requestId: msg.requestId });
  const batch = requireChallengeable(ctx, keeper, request);
  const result = keeper.findResult(ctx, request.id);
  if (result === undefined) throw notChallengeable({ problem: "there is no result" });
  const memberSeat = msg.asMember ? requirePendingPenalty(ctx, keeper, { batch, msg }) : undefined;
  const bond = memberSeat === undefined ? requireBond(ctx, keeper, msg) : noBond(ctx, keeper);

  const { bank } = keeper.needs;
  if (amountOf(bond) > 0n) {
    bank.sendToModule(ctx, parseAddress("account", msg.challenger), INFERENCE_MODULE, [bond]);
  }
  const recorded: Challenge = {
    requestId: request.id,
    challenger: msg.challenger,
    bond,
    batchId: batch.id,
    memberSeat: memberSeat === undefined ? 0 : memberSeat + 1,
    height: ctx.height,
    disputedDigest: result.requestDigest,
    status: ChallengeStatus.OPEN,
  };
  keeper.setChallenge(ctx, recorded);
  keeper.tables.due.add(ctx.kv(keeper.storeKey), [request.deadlineHeight, request.id]);
  const book = new BatchBook(keeper);
  book.put(memberSeat === undefined ? batch : withDigests(batch, memberSeat, msg));
  escalateRequest(ctx, keeper, book, { request, batchId: batch.id, reason: "challenged" });
  book.save(ctx);

  ctx.emit(challenged(request.id, msg.challenger));
  return {};
}

/** The settled batch that answered the request, if its window is open. */
function requireChallengeable(ctx: Context, keeper: InferenceKeeper, request: Request): Batch {
  if (keeper.findChallenge(ctx, request.id) !== undefined) {
    throw alreadyChallenged({ requestId: request.id });
  }
  const answered =
    request.status === RequestStatus.FULFILLED || request.status === RequestStatus.KERNEL_FAILED;
  if (!answered) throw notChallengeable({ problem: "the request is not fulfilled" });
  const batch = keeper.findBatch(ctx, request.batchId);
  if (batch === undefined || !isCommittee(batch) || publishesPayloads(batch)) {
    throw notChallengeable({ problem: "its assurance or aggregation allows no challenge" });
  }
  if (batch.status !== BatchStatus.SETTLED || ctx.height >= batch.closesHeight) {
    throw notChallengeable({ problem: "its window is over", closed: batch.closesHeight });
  }
  return batch;
}

/** The seat of the challenger that would be found wrong, whose digests it shows. */
function requirePendingPenalty(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly batch: Batch; readonly msg: MsgChallenge },
): number {
  const { batch, msg } = given;
  const judgement = judgeBatch(ctx, keeper, batch);
  const number = batch.seats.findIndex(
    (seat) =>
      operatorAccountText(seat.operatorAddress) === msg.challenger && judgement.isWrong(seat),
  );
  const seat = batch.seats[number];
  if (seat === undefined) throw notMinorityMember({ challenger: msg.challenger });
  const complete = msg.requestDigests.length === leafCount(batch);
  if (!complete || !equalBytes(batchRoot(msg.requestDigests), seat.batchRoot)) {
    throw notMinorityMember({ problem: "the digests do not hash to the revealed root" });
  }
  return number;
}

function withDigests(batch: Batch, number: number, msg: MsgChallenge): Batch {
  const seats = batch.seats.map((seat, at) =>
    at === number ? { ...seat, requestDigests: msg.requestDigests } : seat,
  );
  return { ...batch, seats };
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
