import type { Context } from "#core/baseapp/context.js";
import type { Invariant } from "#core/baseapp/module.js";
import {
  type Batch,
  ChallengeStatus,
  type ProviderLoad,
  RequestStatus,
  type Seat,
} from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { isClosing, isRunning, isSeated, publishesPayloads } from "../types/batch.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { isAnswered, isTerminal } from "../types/request.js";
import { heldInEscrow } from "./escrow.js";
import { checkShadows } from "./shadowInvariant.js";
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
    named("shadows", checkShadows),
    named("terminal", checkTerminal),
    named("results", checkResults),
    named("batches", checkBatches),
    named("reservations", checkReservations),
    named("escalations", checkEscalations),
    named("challenges", checkChallenges),
    named("payloads", checkPayloads),
  ];
}

/** Balance of the escrow account = escrows not paid out + bonds of open challenges. */
function checkEscrow(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const expected = heldInEscrow(ctx, keeper);
  const { bank, staking } = keeper.needs;
  const held = bank.moduleBalance(ctx, INFERENCE_MODULE, staking.bondDenom(ctx));
  return held === expected ? undefined : `escrow holds ${held}, requests account for ${expected}`;
}

/**
 * Both queues hold exactly the queued requests, each its own, and their lengths are counted right.
 */
function checkQueue(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  const asked = [...keeper.tables.queue.iterate(kv)].map(([, , id]) => id);
  const shadows = [...keeper.tables.shadowQueue.iterate(kv)].map(([, id]) => id);
  const queued = new Set([...asked, ...shadows]);
  for (const [index, id] of [...asked, ...shadows].entries()) {
    const { status, shadow } = keeper.getRequest(ctx, id);
    const isHere =
      status === RequestStatus.QUEUED && (shadow !== undefined) === index >= asked.length;
    if (!isHere) return `request ${id} is in the queue`;
  }
  if (BigInt(asked.length) !== keeper.queueLength(ctx)) return "the queue's length is miscounted";
  if (BigInt(shadows.length) !== keeper.shadowQueueLength(ctx)) {
    return "the shadow queue's length is miscounted";
  }
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

/** Answered requests have a final result of their status; what ended otherwise has none. */
function checkResults(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  for (const [id, request] of keeper.tables.requests.iterate(kv)) {
    const result = keeper.findResult(ctx, id);
    const answered = isAnswered(request.status);
    if (answered && (result?.status !== request.status || result.provisional)) {
      return `request ${id} is answered without a final result`;
    }
    if (!answered && isTerminal(request.status) && result !== undefined) {
      return `request ${id} has a result and ended without an answer`;
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

/** What the seats of running batches reserve at one provider. */
interface Reserved {
  readonly batches: number;
  readonly gas: bigint;
  readonly payloadBytes: bigint;
}

const NOTHING_RESERVED: Reserved = { batches: 0, gas: 0n, payloadBytes: 0n };

/** Every provider has reserved what its listed seats hold, no more and no less. */
function checkReservations(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  const reserved = new Map<string, Reserved>();
  for (const [[address, batchId], number] of keeper.tables.owedSeats.iterate(kv)) {
    const key = toHex(address);
    const batch = keeper.getBatch(ctx, batchId);
    const seat = batch.seats[Number(number)];
    const held = isRunning(batch) && seat !== undefined && isSeated(seat);
    if (!held || toHex(seat.consensusAddress) !== key) return `provider ${key} has no such seat`;
    reserved.set(key, reserve(reserved.get(key) ?? NOTHING_RESERVED, batch, seat));
  }
  for (const [address, load] of keeper.tables.providers.iterate(kv)) {
    const key = toHex(address);
    const problem = findLoadProblem(load, reserved.get(key) ?? NOTHING_RESERVED);
    if (problem !== undefined) return `provider ${key} has reserved wrong ${problem}`;
    reserved.delete(key);
  }
  return reserved.size === 0 ? undefined : "a provider with a seat has no load";
}

function findLoadProblem(load: ProviderLoad, expected: Reserved): string | undefined {
  if (load.openBatches !== expected.batches) return "batches";
  if (load.reservedGas !== expected.gas) return "gas";
  return load.reservedPayloadBytes === expected.payloadBytes ? undefined : "payload bytes";
}

/** Gas is held until the seat commits, the rest until it leaves. */
function reserve(before: Reserved, batch: Batch, seat: Seat): Reserved {
  return {
    batches: before.batches + 1,
    gas: before.gas + (seat.commitment.length === 0 ? batch.gas : 0n),
    payloadBytes: before.payloadBytes + batch.payloadBytes,
  };
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
  for (const [id, { originBatchId }] of keeper.tables.escalations.iterate(kv)) {
    const { status, originBatchId: origin } = keeper.getRequest(ctx, id);
    if (status !== RequestStatus.ESCALATED || origin !== originBatchId) {
      return `request ${id} waits for an escalation in vain`;
    }
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

/** An open challenge is about a request that escalated from the batch it disputes. */
function checkChallenges(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  for (const [id, { status, batchId }] of keeper.tables.challenges.iterate(kv)) {
    const request = keeper.getRequest(ctx, id);
    if (status !== ChallengeStatus.OPEN) {
      if (!isTerminal(request.status)) return `request ${id} goes on after its challenge ended`;
      continue;
    }
    const escalated = request.status === RequestStatus.ESCALATED;
    if (!escalated || request.originBatchId !== batchId) return `challenge of ${id} is forgotten`;
  }
  return undefined;
}

/** Outputs wait with running batches alone: answers of seats where code aggregates them. */
function checkPayloads(ctx: Context, keeper: InferenceKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  for (const [id] of keeper.tables.agreedPayloads.iterate(kv)) {
    if (!isRunning(keeper.getBatch(ctx, id))) return `outputs of batch ${id} were left behind`;
  }
  for (const [[id, number]] of keeper.tables.seatPayloads.iterate(kv)) {
    const batch = keeper.getBatch(ctx, id);
    const seat = batch.seats[Number(number)];
    const kept = isRunning(batch) && publishesPayloads(batch) && seat?.payloadReceived === true;
    if (!kept) return `answers of a seat of batch ${id} were left behind`;
  }
  return undefined;
}
