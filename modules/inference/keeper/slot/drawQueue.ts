import type { Context } from "#core/baseapp/context.js";
import {
  Assurance,
  BatchKind,
  type Params,
  type Request,
  RequestStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { AggregationKind, type Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { drawByPower } from "../../types/draw.js";
import { executionPayloadBytes } from "../../types/payloadBound.js";
import type { InferenceKeeper } from "../keeper.js";
import { dequeue, expireQueued, queuedIds } from "../queue.js";
import { isRunnable } from "../requestInference.js";
import { type Candidate, eligibleProviders, hasCapacity, type SeatNeed } from "./eligible.js";
import { openBatch } from "./openBatch.js";

/** Queue entries that one slot looks at: more than its gas can hold of the smallest kernels. */
const QUEUE_SCAN = 4_096;

/** Requests that will share a committee. */
interface Group extends SeatNeed {
  readonly key: string;
  readonly assurance: Assurance;
  readonly manifest: Manifest;
  readonly requests: readonly Request[];
  /** Bytes of the payload of all outputs. */
  readonly outputBytes: bigint;
}

/** Drains the queue into batches, as far as the slot's gas and the providers' capacity go. */
export function drawQueue(ctx: Context, keeper: InferenceKeeper, beacon: Uint8Array): void {
  const groups = formGroups(ctx, keeper);
  const used = new Set<string>();
  for (const group of groups) {
    const drawn = drawCommittee(ctx, keeper, { group, beacon, used });
    if (drawn === undefined) continue;
    openGroup(ctx, keeper, { group, beacon, ...drawn });
    for (const { member } of drawn.seats) used.add(toHex(member.consensusAddress));
  }
}

/** Groups queued requests by version and assurance, in queue order. */
function formGroups(ctx: Context, keeper: InferenceKeeper): readonly Group[] {
  const params = keeper.params(ctx);
  const full: Group[] = [];
  const open = new Map<string, Group>();
  let slotGas = 0n;
  for (const id of queuedIds(ctx, keeper, QUEUE_SCAN)) {
    const request = keeper.getRequest(ctx, id);
    if (!canRun(ctx, keeper, request)) {
      expireQueued(ctx, keeper, request);
      continue;
    }
    if (slotGas + request.gas > params.slotGas) break;
    slotGas += request.gas;
    const single = groupOf(ctx, keeper, params, request);
    const joined = open.get(single.key);
    const merged = joined && merge(joined, single, params);
    if (joined !== undefined && merged === undefined) full.push(joined);
    open.set(single.key, merged ?? single);
  }
  return [...full, ...open.values()];
}

function canRun(ctx: Context, keeper: InferenceKeeper, request: Request): boolean {
  const version = keeper.needs.kernel.findVersion(ctx, request.versionId);
  return version !== undefined && isRunnable(ctx, version, true);
}

function groupOf(ctx: Context, keeper: InferenceKeeper, params: Params, request: Request): Group {
  const manifest = keeper.needs.kernel.getManifest(ctx, request.versionId);
  const outputBytes = executionPayloadBytes(manifest, params) * BigInt(request.inputCount);
  const byCode = manifest.aggregation.kind === AggregationKind.CODE;
  return {
    key: `${toHex(request.versionId)}/${request.assurance}`,
    assurance: request.assurance,
    manifest,
    requests: [request],
    gas: request.gas,
    outputBytes,
    payloadBytes: byCode ? outputBytes : 0n,
  };
}

/** Both groups as one, or undefined when that exceeds a batch. */
function merge(a: Group, b: Group, params: Params): Group | undefined {
  const requests = [...a.requests, ...b.requests];
  const gas = a.gas + b.gas;
  const outputBytes = a.outputBytes + b.outputBytes;
  const fits =
    requests.length <= params.maxBatchRequests &&
    gas <= params.maxBatchGas &&
    outputBytes <= params.payloadBytes;
  const payloadBytes = a.payloadBytes + b.payloadBytes;
  return fits ? { ...a, requests, gas, outputBytes, payloadBytes } : undefined;
}

interface Drawn {
  readonly batchId: bigint;
  readonly seats: readonly Candidate[];
}

/** Seats for a group; undefined, and the group stays queued, when providers are too few or full. */
function drawCommittee(
  ctx: Context,
  keeper: InferenceKeeper,
  given: { readonly group: Group; readonly beacon: Uint8Array; readonly used: ReadonlySet<string> },
): Drawn | undefined {
  const { group, beacon, used } = given;
  const params = keeper.params(ctx);
  const able = eligibleProviders(ctx, keeper).filter(({ load }) =>
    hasCapacity(load, group, params),
  );
  const { minimum, target } = group.manifest.committee;
  if (able.length < minimum) return undefined;
  if (group.assurance === Assurance.FULL) {
    const enough = hasFullPower(ctx, keeper, able);
    return enough ? { batchId: keeper.takeBatchId(ctx), seats: able } : undefined;
  }
  const count = Math.min(target, able.length);
  const fresh = able.filter(({ member }) => !used.has(toHex(member.consensusAddress)));
  const pool = fresh.length >= count ? fresh : able;
  const batchId = keeper.takeBatchId(ctx);
  return { batchId, seats: drawByPower(pool, count, { beacon, batchId, firstSeat: 0 }) };
}

/** Whether providers hold the least share of the bonded power that FULL asks for. */
export function hasFullPower(
  ctx: Context,
  keeper: InferenceKeeper,
  providers: readonly Candidate[],
): boolean {
  const power = providers.reduce((sum, candidate) => sum + candidate.power, 0n);
  const bps = BigInt(keeper.params(ctx).fullMinPowerBps);
  return providers.length > 0 && power * 10_000n >= bps * keeper.needs.staking.bondedPower(ctx);
}

function openGroup(
  ctx: Context,
  keeper: InferenceKeeper,
  given: Drawn & { readonly group: Group; readonly beacon: Uint8Array },
): void {
  const { group, beacon, batchId, seats } = given;
  const [first] = group.requests;
  if (first === undefined) return;
  const full = group.assurance === Assurance.FULL;
  const draft = {
    id: batchId,
    kind: full ? BatchKind.FULL : BatchKind.COMMITTEE,
    versionId: first.versionId,
    requestIds: group.requests.map((request) => request.id),
    gas: group.gas,
    payloadBytes: group.payloadBytes,
    workBeacon: new Uint8Array(0),
  };
  openBatch(ctx, keeper, draft, seats);
  for (const request of group.requests) {
    dequeue(ctx, keeper, request);
    keeper.setRequest(ctx, {
      ...request,
      status: RequestStatus.COMMITTING,
      batchId,
      slotHeight: ctx.height,
      slotBeacon: beacon,
    });
  }
}
