import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  type GenesisRequest,
  type GenesisState,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { isRunning, isSeated } from "../types/batch.js";
import { invalidGenesis } from "../types/errors.js";
import { INFERENCE_MODULE } from "../types/keys.js";
import { isTerminal } from "../types/request.js";
import { heldInEscrow } from "./escrow.js";
import type { InferenceKeeper } from "./keeper.js";
import { enqueue } from "./queue.js";
import { checkShadows } from "./shadowInvariant.js";

/**
 * Writes a validated section; indexes and the queue are derived from requests and batches. Fails
 * with `inference/17` unless bonds are in the bond denomination and the module's account, which
 * bank has written before, holds what the section accounts for.
 */
export function initGenesis(ctx: Context, keeper: InferenceKeeper, genesis: GenesisState): void {
  const kv = ctx.kv(keeper.storeKey);
  const { tables } = keeper;
  keeper.setParams(ctx, genesis.params);
  keeper.setBeacon(ctx, genesis.beacon.height, genesis.beacon.beacon);
  tables.nextRequestId.set(kv, genesis.nextRequestId);
  tables.nextBatchId.set(kv, genesis.nextBatchId);
  for (const one of genesis.requests) initRequest(ctx, keeper, one);
  for (const batch of genesis.batches) initBatch(ctx, keeper, batch);
  for (const fault of genesis.faults) keeper.recordFault(ctx, fault);
  for (const challenge of genesis.challenges) keeper.setChallenge(ctx, challenge);
  for (const load of genesis.providers) keeper.setLoad(ctx, load);
  for (const escalation of genesis.escalations) keeper.setEscalation(ctx, escalation);
  for (const trouble of genesis.troubles) keeper.setTrouble(ctx, trouble);
  for (const payload of genesis.agreedPayloads) keeper.setAgreedPayload(ctx, payload);
  for (const { batchId, seat, payload } of genesis.seatPayloads) {
    keeper.setSeatPayload(ctx, batchId, seat, payload);
  }
  requireEscrow(ctx, keeper, genesis);
  const problem = checkShadows(ctx, keeper);
  if (problem !== undefined) throw invalidGenesis({ at: "inference.requests", problem });
}

function requireEscrow(ctx: Context, keeper: InferenceKeeper, genesis: GenesisState): void {
  const { bank, staking } = keeper.needs;
  const denom = staking.bondDenom(ctx);
  const bonds = [genesis.params.challengeBond, ...genesis.challenges.map(({ bond }) => bond)];
  if (bonds.some((bond) => bond.denom !== denom)) {
    const at = "inference.params.challenge_bond";
    throw invalidGenesis({ at, problem: `not in ${denom}, which is staked` });
  }
  const held = bank.moduleBalance(ctx, INFERENCE_MODULE, denom);
  const expected = heldInEscrow(ctx, keeper);
  if (held === expected) return;
  const problem = `the module account holds ${held}${denom}, requests account for ${expected}${denom}`;
  throw invalidGenesis({ at: "inference", problem });
}

function initRequest(ctx: Context, keeper: InferenceKeeper, given: GenesisRequest): void {
  const { request, inputs, result } = given;
  const kv = ctx.kv(keeper.storeKey);
  const { tables } = keeper;
  keeper.setRequest(ctx, request);
  if (inputs !== undefined) keeper.setInputs(ctx, request.id, inputs);
  if (result !== undefined) keeper.setResult(ctx, result);
  if (request.status === RequestStatus.QUEUED) {
    enqueue(ctx, keeper, request);
    return;
  }
  tables.byRequester.add(kv, [request.requester, request.id]);
  if (!isTerminal(request.status)) tables.due.add(kv, [request.deadlineHeight, request.id]);
  if (given.pruneHeight > 0n) tables.retention.add(kv, [given.pruneHeight, request.id]);
}

function initBatch(ctx: Context, keeper: InferenceKeeper, batch: Batch): void {
  keeper.setBatch(ctx, batch);
  if (!isRunning(batch)) return;
  const kv = ctx.kv(keeper.storeKey);
  for (const [number, seat] of batch.seats.entries()) {
    if (!isSeated(seat)) continue;
    keeper.tables.owedSeats.set(kv, [seat.consensusAddress, batch.id], BigInt(number));
  }
}

/** The state as a genesis section. */
export function exportGenesis(ctx: Context, keeper: InferenceKeeper): GenesisState {
  const kv = ctx.kv(keeper.storeKey);
  const { tables } = keeper;
  const [beacon] = tables.beacons.iterate(kv, { order: "descending" });
  const [height, value] = assertDefined(beacon, "genesis sets a beacon");
  const pruneHeights = new Map<bigint, bigint>();
  for (const [due, id] of tables.retention.iterate(kv)) pruneHeights.set(id, due);
  return {
    params: keeper.params(ctx),
    beacon: { height, beacon: value },
    nextRequestId: tables.nextRequestId.get(kv),
    nextBatchId: tables.nextBatchId.get(kv),
    requests: [...tables.requests.iterate(kv)].map(([, request]) =>
      exportRequest(ctx, keeper, request, pruneHeights.get(request.id)),
    ),
    batches: [...tables.batches.iterate(kv)].map(([, batch]) => batch),
    faults: [...tables.faults.iterate(kv)].map(([, fault]) => fault),
    challenges: [...tables.challenges.iterate(kv)].map(([, challenge]) => challenge),
    providers: [...tables.providers.iterate(kv)].map(([, load]) => load),
    escalations: [...tables.escalations.iterate(kv)].map(([, escalation]) => escalation),
    troubles: [...tables.troubles.iterate(kv)].map(([, trouble]) => trouble),
    seatPayloads: [...tables.seatPayloads.iterate(kv)].map(([[batchId, seat], payload]) => ({
      batchId,
      seat: Number(seat),
      payload,
    })),
    agreedPayloads: [...tables.agreedPayloads.iterate(kv)].map(([, payload]) => payload),
  };
}

function exportRequest(
  ctx: Context,
  keeper: InferenceKeeper,
  request: Request,
  pruneHeight: bigint | undefined,
): GenesisRequest {
  return {
    request,
    inputs: keeper.findInputs(ctx, request.id),
    result: keeper.findResult(ctx, request.id),
    pruneHeight: pruneHeight ?? 0n,
  };
}
