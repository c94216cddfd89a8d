import type { Context } from "#core/baseapp/context.js";
import type { Invariant } from "#core/baseapp/module.js";
import { ChallengeStatus, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { amountOf } from "#core/primitives/coin.js";
import { toHex } from "#core/primitives/bytes.js";
import { isClosing, isRunning, isSeated } from "../types/batch.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { escrowOf } from "../types/quote.js";
import { isAnswered, isTerminal } from "../types/request.js";
import type { InferenceKeeper } from "./keeper.js";

/** What must hold of requests and batches after every block. */
export function inferenceInvariants(keeper: InferenceKeeper): readonly Invariant[] {
  const named = (
    name: string,
    check: (ctx: Context, keeper: InferenceKeeper) => string | undefined,
  ): Invariant => ({ name, check: (ctx) => check(ctx, keeper) });
  return [
    named("escrow", checkEscrow),
    named("queue", checkQueue),
    named("terminal", checkTerminal),
    named("results", checkResults),
    named("batches", checkBatches),
    named("reservations", checkReservations),
    named("escalations", checkEscalations),
  ];
}

/** Balance of the escrow account = escrows not paid out + bonds of open challenges. */
function checkEscrow(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  let expected = 0n;
  for (const [, request] of keeper.tables.requests.iterate(kv)) {
    if (!request.paid) expected += escrowOf(request.fees);
  }
  for (const [, challenge] of keeper.tables.challenges.iterate(kv)) {
    if (challenge.status === ChallengeStatus.OPEN) expected += amountOf(challenge.bond);
  }
  const { bank, staking } = keeper.needs;
  const held = bank.moduleBalance(ctx, INFERENCE_MODULE, staking.bondDenom(ctx));
  return held === expected ? undefined : `escrow holds ${held}, requests account for ${expected}`;
}

/** The queue holds exactly the queued requests, and its length is counted right. */
function checkQueue(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  const queued = new Set<bigint>();
  for (const [, , id] of keeper.tables.queue.iterate(kv)) {
    if (keeper.getRequest(ctx, id).status !== RequestStatus.QUEUED)
      return `request ${id} is in the queue`;
    queued.add(id);
  }
  if (BigInt(queued.size) !== keeper.queueLength(ctx)) return "the queue's length is miscounted";
  for (const [id, request] of keeper.tables.requests.iterate(kv)) {
    if (request.status === RequestStatus.QUEUED && !queued.has(id)) return `request ${id} is lost`;
  }
  return undefined;
}

/** Nothing outlives its deadline, and what awaits an end has one planned. */
function checkTerminal(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  for (const [id, request] of keeper.tables.requests.iterate(kv)) {
    if (isTerminal(request.status)) continue;
    if (ctx.height >= request.deadlineHeight) return `request ${id} outlived its deadline`;
    if (!keeper.tables.due.has(kv, [request.deadlineHeight, id])) return `request ${id} has no end`;
  }
  return undefined;
}

/** Answered requests have a result of their status; others have at most a provisional one. */
function checkResults(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  for (const [id, request] of keeper.tables.requests.iterate(kv)) {
    const result = keeper.findResult(ctx, id);
    if (isAnswered(request.status) && (result?.status !== request.status || result.provisional)) {
      return `request ${id} is answered without a final result`;
    }
    if (request.paid && !isTerminal(request.status)) return `request ${id} was paid too early`;
  }
  return undefined;
}

/** Batches are filed by what they wait for; a running batch's requests point to it. */
function checkBatches(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  for (const [id, batch] of keeper.tables.batches.iterate(kv)) {
    const running = isRunning(batch);
    if (keeper.tables.openBatches.has(kv, id) !== running) return `batch ${id} is misfiled`;
    if (keeper.tables.closing.has(kv, [batch.closesHeight, id]) !== isClosing(batch)) {
      return `batch ${id} is not filed by the height at which it closes`;
    }
    if (!running) continue;
    for (const requestId of batch.requestIds) {
      const request = keeper.getRequest(ctx, requestId);
      if (!isTerminal(request.status) && request.batchId !== id) {
        return `request ${requestId} is not of its batch ${id}`;
      }
    }
    const stray = batch.seats.some(
      (seat, number) =>
        isSeated(seat) && keeper.findSeatNumber(ctx, seat.consensusAddress, id) !== number,
    );
    if (stray) return `batch ${id} has a seat that is not listed`;
  }
  return undefined;
}

/** Every provider has as many open batches as seats that hold a reservation. */
function checkReservations(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  const counts = new Map<string, number>();
  for (const [[consensusAddress]] of keeper.tables.owedSeats.iterate(kv)) {
    const key = toHex(consensusAddress);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [address, load] of keeper.tables.providers.iterate(kv)) {
    const expected = counts.get(toHex(address)) ?? 0;
    if (load.openBatches !== expected) return `provider ${toHex(address)} has a wrong load`;
    if (expected === 0 && load.reservedGas !== 0n) return `provider ${toHex(address)} keeps gas`;
  }
  return undefined;
}

/** A batch waits for as many escalations as requests have it as their origin and go on. */
function checkEscalations(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  const open = new Map<bigint, number>();
  for (const [, request] of keeper.tables.requests.iterate(kv)) {
    if (
      request.status !== RequestStatus.ESCALATED &&
      !isEscalating(keeper, ctx, request.batchId, request.status)
    ) {
      continue;
    }
    open.set(request.originBatchId, (open.get(request.originBatchId) ?? 0) + 1);
  }
  for (const [id, batch] of keeper.tables.batches.iterate(kv)) {
    const expected = open.get(id) ?? 0;
    if (batch.openEscalations !== expected) return `batch ${id} miscounts escalations`;
  }
  return undefined;
}

function isEscalating(
  keeper: InferenceKeeper,
  ctx: Context,
  batchId: bigint,
  status: RequestStatus,
): boolean {
  if (isTerminal(status) || batchId === 0n) return false;
  return keeper.getBatch(ctx, batchId).workBeacon.length > 0;
}
