import type { Context } from "#core/baseapp/context.js";
import {
  type Batch,
  BatchStatus,
  type BeaconRecord,
  type Challenge,
  type Escalation,
  type Fault,
  type KernelTrouble,
  type Params,
  type Payload,
  type ProviderLoad,
  type Request,
  type RequestInputs,
  RequestStatus,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import type { StoreKey } from "#core/store/storeKey.js";
import type {
  Aggregator,
  ExpectedBankKeeper,
  ExpectedKernelKeeper,
  ExpectedRewardKeeper,
  ExpectedStakingKeeper,
  ProofVerifier,
} from "../types/expectedKeepers.js";
import { isClosing, isEscalation, isRunning } from "../types/batch.js";
import { isTerminal } from "../types/request.js";
import { owedSeatKey, TABLES } from "./collections.js";

/** The keepers and capabilities that inference is bound to in `app`. */
export interface InferenceDependencies {
  readonly bank: ExpectedBankKeeper<Context>;
  readonly staking: ExpectedStakingKeeper<Context>;
  readonly kernel: ExpectedKernelKeeper<Context>;
  readonly reward: ExpectedRewardKeeper<Context>;
  readonly aggregator: Aggregator;
  readonly proofs: ProofVerifier;
}

/** Requests, batches and what is owed: collections and noun accessors, no protocol logic. */
export class InferenceKeeper {
  readonly storeKey: StoreKey;
  readonly needs: InferenceDependencies;
  readonly tables = TABLES;

  constructor(storeKey: StoreKey, needs: InferenceDependencies) {
    this.storeKey = storeKey;
    this.needs = needs;
  }

  params(ctx: Context): Params {
    return this.tables.params.get(ctx.kv(this.storeKey));
  }

  setParams(ctx: Context, params: Params): void {
    this.tables.params.set(ctx.kv(this.storeKey), params);
  }

  /** The beacon of a height; undefined when the block had none or it is no longer kept. */
  findBeacon(ctx: Context, height: bigint): Uint8Array | undefined {
    return this.tables.beacons.find(ctx.kv(this.storeKey), height);
  }

  /** The latest beacon before a height: the one the proof of that height continues. */
  previousBeacon(ctx: Context, height: bigint): Uint8Array {
    return this.latestBeacon(ctx, height).beacon;
  }

  /** The latest beacon before a height, with its own height. */
  latestBeacon(ctx: Context, before: bigint): BeaconRecord {
    const range = { end: before, order: "descending" } as const;
    const [latest] = this.tables.beacons.iterate(ctx.kv(this.storeKey), range);
    const [height, beacon] = assertDefined(latest, "genesis sets a beacon");
    return { height, beacon };
  }

  setBeacon(ctx: Context, height: bigint, beacon: Uint8Array): void {
    this.tables.beacons.set(ctx.kv(this.storeKey), height, beacon);
  }

  findRequest(ctx: Context, id: bigint): Request | undefined {
    return this.tables.requests.find(ctx.kv(this.storeKey), id);
  }

  getRequest(ctx: Context, id: bigint): Request {
    return assertDefined(this.findRequest(ctx, id), "a referenced request exists");
  }

  setRequest(ctx: Context, request: Request): void {
    this.tables.requests.set(ctx.kv(this.storeKey), request.id, request);
  }

  findInputs(ctx: Context, requestId: bigint): RequestInputs | undefined {
    return this.tables.inputs.find(ctx.kv(this.storeKey), requestId);
  }

  setInputs(ctx: Context, requestId: bigint, inputs: RequestInputs): void {
    this.tables.inputs.set(ctx.kv(this.storeKey), requestId, inputs);
  }

  /** Number of requests in the queue. */
  queueLength(ctx: Context): bigint {
    return this.tables.queueLength.find(ctx.kv(this.storeKey)) ?? 0n;
  }

  /** Number of shadow requests that wait behind them. */
  shadowQueueLength(ctx: Context): bigint {
    return this.tables.shadowQueueLength.find(ctx.kv(this.storeKey)) ?? 0n;
  }

  findResult(ctx: Context, requestId: bigint): Result | undefined {
    return this.tables.results.find(ctx.kv(this.storeKey), requestId);
  }

  setResult(ctx: Context, result: Result): void {
    this.tables.results.set(ctx.kv(this.storeKey), result.requestId, result);
  }

  findBatch(ctx: Context, id: bigint): Batch | undefined {
    return this.tables.batches.find(ctx.kv(this.storeKey), id);
  }

  getBatch(ctx: Context, id: bigint): Batch {
    return assertDefined(this.findBatch(ctx, id), "a referenced batch exists");
  }

  /** Writes a batch and files it by what it waits for. */
  setBatch(ctx: Context, batch: Batch): void {
    const kv = ctx.kv(this.storeKey);
    const { openBatches, closing } = this.tables;
    this.tables.batches.set(kv, batch.id, batch);
    const running = isRunning(batch);
    if (!running) openBatches.delete(kv, batch.id);
    else if (!openBatches.has(kv, batch.id)) openBatches.add(kv, batch.id);
    if (running) return;
    if (isClosing(batch)) closing.add(kv, [batch.closesHeight, batch.id]);
    else closing.delete(kv, [batch.closesHeight, batch.id]);
  }

  /** Lets the requests of a batch that are still awaited show the phase the batch is in. */
  setRequestStatuses(ctx: Context, batch: Batch): void {
    // What is escalated says so until it ends.
    if (isEscalation(batch)) return;
    const status = requestStatusOf(batch);
    for (const id of batch.requestIds) {
      const request = this.getRequest(ctx, id);
      if (!isTerminal(request.status)) this.setRequest(ctx, { ...request, status });
    }
  }

  /** Ids of batches whose decision is awaited, oldest first. */
  openBatchIds(ctx: Context): bigint[] {
    return [...this.tables.openBatches.iterate(ctx.kv(this.storeKey))];
  }

  takeRequestId(ctx: Context): bigint {
    const kv = ctx.kv(this.storeKey);
    const id = this.tables.nextRequestId.get(kv);
    this.tables.nextRequestId.set(kv, id + 1n);
    return id;
  }

  takeBatchId(ctx: Context): bigint {
    const kv = ctx.kv(this.storeKey);
    const id = this.tables.nextBatchId.get(kv);
    this.tables.nextBatchId.set(kv, id + 1n);
    return id;
  }

  /** What a provider has reserved and said; zero for one never drawn. */
  load(ctx: Context, consensusAddress: Uint8Array): ProviderLoad {
    const found = this.tables.providers.find(ctx.kv(this.storeKey), consensusAddress);
    return found ?? emptyLoad(consensusAddress);
  }

  setLoad(ctx: Context, load: ProviderLoad): void {
    this.tables.providers.set(ctx.kv(this.storeKey), load.consensusAddress, load);
  }

  findChallenge(ctx: Context, requestId: bigint): Challenge | undefined {
    return this.tables.challenges.find(ctx.kv(this.storeKey), requestId);
  }

  setChallenge(ctx: Context, challenge: Challenge): void {
    this.tables.challenges.set(ctx.kv(this.storeKey), challenge.requestId, challenge);
  }

  recordFault(ctx: Context, fault: Fault): void {
    const { operatorAddress, batchId, seat } = fault;
    this.tables.faults.set(ctx.kv(this.storeKey), [operatorAddress, batchId, BigInt(seat)], fault);
  }

  /** Puts a request into the escalation queue, which is in order of the requests' ids. */
  setEscalation(ctx: Context, escalation: Escalation): void {
    this.tables.escalations.set(ctx.kv(this.storeKey), escalation.requestId, escalation);
  }

  trouble(ctx: Context, versionId: Uint8Array): KernelTrouble {
    const found = this.tables.troubles.find(ctx.kv(this.storeKey), versionId);
    return found ?? { versionId, escalations: 0, windowHeight: ctx.height };
  }

  setTrouble(ctx: Context, trouble: KernelTrouble): void {
    this.tables.troubles.set(ctx.kv(this.storeKey), trouble.versionId, trouble);
  }

  /** Batches in which a validator's seat holds a reservation, oldest first. */
  owedBatchIds(ctx: Context, consensusAddress: Uint8Array): bigint[] {
    const entries = this.tables.owedSeats.iterate(ctx.kv(this.storeKey), {
      prefix: owedSeatKey.prefix(consensusAddress),
    });
    return [...entries].map(([[, batchId]]) => batchId);
  }

  /** Number of the seat of a batch that holds a reservation of a validator. */
  findSeatNumber(ctx: Context, consensusAddress: Uint8Array, batchId: bigint): number | undefined {
    const kv = ctx.kv(this.storeKey);
    const number = this.tables.owedSeats.find(kv, [consensusAddress, batchId]);
    return number === undefined ? undefined : Number(number);
  }

  setSeatPayload(ctx: Context, batchId: bigint, seat: number, payload: Payload): void {
    this.tables.seatPayloads.set(ctx.kv(this.storeKey), [batchId, BigInt(seat)], payload);
  }

  /** Outputs of a batch that have arrived, until it settles. */
  findAgreedPayload(ctx: Context, batchId: bigint): Payload | undefined {
    return this.tables.agreedPayloads.find(ctx.kv(this.storeKey), batchId);
  }

  setAgreedPayload(ctx: Context, payload: Payload): void {
    this.tables.agreedPayloads.set(ctx.kv(this.storeKey), payload.batchId, payload);
  }

  findSeatPayload(ctx: Context, batchId: bigint, seat: number): Payload | undefined {
    return this.tables.seatPayloads.find(ctx.kv(this.storeKey), [batchId, BigInt(seat)]);
  }
}

function requestStatusOf(batch: Batch): RequestStatus {
  switch (batch.status) {
    case BatchStatus.COMMITTING:
      return RequestStatus.COMMITTING;
    case BatchStatus.COMPARING:
      return RequestStatus.COMPARING;
    default:
      return RequestStatus.REVEALING;
  }
}

function emptyLoad(consensusAddress: Uint8Array): ProviderLoad {
  return {
    consensusAddress,
    unavailable: false,
    availabilityHeight: 0n,
    reservedGas: 0n,
    openBatches: 0,
    reservedPayloadBytes: 0n,
    recentFaults: 0,
    faultWindowHeight: 0n,
    freedHeight: 0n,
    freedGas: 0n,
    freedBatches: 0,
    freedPayloadBytes: 0n,
  };
}
