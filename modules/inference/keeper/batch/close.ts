import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchStatus,
  ChallengeStatus,
  FaultKind,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { type Address, parseAddress } from "#core/crypto/address.js";
import { batchClosed } from "../../types/events.js";
import type { Slash } from "../../types/expectedKeepers.js";
import { operatorAccount } from "../../types/operator.js";
import type { InferenceKeeper } from "../keeper.js";
import { payRequest } from "../payRequest.js";
import type { BatchBook } from "./batchBook.js";
import { judgeBatch } from "./judge.js";
import { punish } from "./punish.js";

/** Releases what a settled batch held: pays its requests and punishes seats that were wrong. */
export function closeBatch(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  batchId: bigint,
): void {
  const batch = book.get(batchId);
  for (const [position, id] of batch.requestIds.entries()) {
    const request = keeper.findRequest(ctx, id);
    // A request that went on to another batch is paid when that one closes.
    if (request?.batchId !== batch.id || !isAnswered(request)) continue;
    payRequest(ctx, keeper, request, membersOf(ctx, keeper, book, { batch, request, position }));
  }
  punishWrong(ctx, keeper, batch);
  book.put({ ...batch, status: BatchStatus.CLOSED });
  ctx.emit(batchClosed(batch.id));
}

/** Whether a settled batch has nothing more to wait for. */
export function canClose(ctx: Context, batch: Batch): boolean {
  return (
    batch.status === BatchStatus.SETTLED &&
    batch.openEscalations === 0 &&
    ctx.height >= batch.closesHeight
  );
}

function isAnswered(request: Request): boolean {
  return (
    request.status === RequestStatus.FULFILLED || request.status === RequestStatus.KERNEL_FAILED
  );
}

/** Accounts of the seats that were right about a request, here and in the batch it came from. */
function membersOf(
  ctx: Context,
  keeper: InferenceKeeper,
  book: BatchBook,
  given: { readonly batch: Batch; readonly request: Request; readonly position: number },
): Address[] {
  const { batch, request, position } = given;
  const own = rightSeats(ctx, keeper, batch, position);
  const origin = book.find(ctx, request.originBatchId);
  if (origin === undefined || origin.id === batch.id) return own;
  const before = origin.requestIds.indexOf(request.id);
  return [...own, ...rightSeats(ctx, keeper, origin, before)];
}

/** Accounts of the seats of a batch that were right about the request at a position. */
export function rightSeats(
  ctx: Context,
  keeper: InferenceKeeper,
  batch: Batch,
  position: number,
): Address[] {
  const judgement = judgeBatch(ctx, keeper, batch);
  return batch.seats
    .filter((seat) => judgement.verdict(seat, position) === "right")
    .map((seat) => operatorAccount(seat.operatorAddress));
}

/** Punishes every seat that was wrong about anything, once. */
export function punishWrong(ctx: Context, keeper: InferenceKeeper, batch: Batch): void {
  const judgement = judgeBatch(ctx, keeper, batch);
  const reward = rewardOf(ctx, keeper, batch);
  for (const [number, seat] of batch.seats.entries()) {
    if (!judgement.isWrong(seat)) continue;
    const base = { batch, number, kind: FaultKind.WRONG };
    punish(ctx, keeper, reward === undefined ? base : { ...base, reward });
  }
}

/** The first challenger, in batch order, whose challenge was won receives a part of the penalties. */
function rewardOf(ctx: Context, keeper: InferenceKeeper, batch: Batch): Slash["reward"] {
  for (const id of batch.requestIds) {
    const challenge = keeper.findChallenge(ctx, id);
    if (challenge?.status !== ChallengeStatus.WON || challenge.batchId !== batch.id) continue;
    const bps = BigInt(keeper.params(ctx).challengeRewardBps);
    return { address: parseAddress("account", challenge.challenger), bps };
  }
  return undefined;
}
