import {
  type Batch,
  BatchKind,
  type Fault,
  type Request,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { Breakdown } from "#core/codec/generated/aivm/reward/v1.js";
import {
  getBatch,
  getRequest,
  getResult,
  INFERENCE_QUERIES,
  type InferenceTrace,
  queryMethod,
  REWARD_QUERIES,
  type RpcTransport,
  traceRequest,
  type VersionWithManifest,
} from "#sdk/index.js";
import { newestPage } from "../../chain/newestPage.js";
import { orNothing } from "../../chain/orNothing.js";
import { rememberingBlocks } from "../../chain/rememberedBlocks.js";
import { isOver } from "../../chain/requestList.js";
import { rememberedVersion } from "../../chain/versionNames.js";
import { type CourseEvents, readCourseEvents } from "./courseEvents.js";

/** A batch that ran the request: its committee, or all providers when it escalated. */
export interface Round {
  readonly batch: Batch;
  /** What each member's answer turned out to be; undefined while there is no result. */
  readonly trace: InferenceTrace | undefined;
}

/** Everything that is known of a request. */
export interface RequestCourse {
  readonly request: Request;
  readonly version: VersionWithManifest;
  /** In the order in which they were drawn; none while it is queued. */
  readonly rounds: readonly Round[];
  readonly result: Result | undefined;
  readonly events: CourseEvents;
  /** Undefined until it was paid out. */
  readonly breakdown: Breakdown | undefined;
  /** Faults of its batches. */
  readonly faults: readonly Fault[];
}

const FAULTS_LOOKED_AT = 200;

/** Reads a request with its batches, result, payments and faults; fails with `NOT_FOUND`. */
export async function readRequest(
  plain: RpcTransport,
  id: bigint,
  signal: AbortSignal,
): Promise<RequestCourse> {
  const rpc = rememberingBlocks(plain);
  const { request, height } = await getRequest(rpc, id, { signal });
  const [version, found, breakdown, faults, events] = await Promise.all([
    rememberedVersion(plain, request.versionId),
    orNothing(getResult({ rpc }, id, { signal })),
    orNothing(readBreakdown(rpc, id, signal)),
    readFaults(rpc, signal),
    readCourseEvents(rpc, { id, from: request.height, to: height, signal }),
  ]);
  const result = found?.result;
  const rounds = await readRounds(rpc, { request, result, events }, signal);
  const ids = rounds.map(({ batch }) => batch.id);
  const own = faults.filter(({ batchId }) => ids.includes(batchId));
  return { request, version, rounds, result, events, breakdown, faults: own };
}

/** Whether nothing about it will change any more, but for a challenge. */
export function isSettled({ request, breakdown }: RequestCourse): boolean {
  return isOver(request) && (request.paid || breakdown !== undefined);
}

/** Whether a round is that of all providers after a disagreement or a challenge. */
export function isEscalated({ batch }: Pick<Round, "batch">): boolean {
  return batch.kind === BatchKind.ESCALATION;
}

async function readRounds(
  rpc: RpcTransport,
  { request, result, events }: Pick<RequestCourse, "request" | "result" | "events">,
  signal: AbortSignal,
): Promise<Round[]> {
  const drawn = events.found
    .filter(({ type }) => type === "batch_drawn")
    .map(({ attributes }) => BigInt(attributes["batch_id"] ?? 0));
  const ids = new Set([...drawn, request.originBatchId, request.batchId].filter((one) => one > 0n));
  const batches = await Promise.all(
    [...ids]
      .toSorted((a, b) => Number(a - b))
      .map((one) => orNothing(getBatch(rpc, one, { signal }))),
  );
  return Promise.all(
    batches
      .filter((one) => one !== undefined)
      .map(async (batch) => ({
        batch,
        trace: result && (await traceRequest(rpc, { request, batch, result }, { signal })),
      })),
  );
}

async function readBreakdown(
  rpc: RpcTransport,
  requestId: bigint,
  signal: AbortSignal,
): Promise<Breakdown | undefined> {
  const call = { service: REWARD_QUERIES, method: "Breakdown", request: { requestId } } as const;
  return (await queryMethod(rpc, call, { signal })).breakdown;
}

async function readFaults(rpc: RpcTransport, signal: AbortSignal): Promise<readonly Fault[]> {
  const request = { pagination: newestPage(FAULTS_LOOKED_AT) };
  const call = { service: INFERENCE_QUERIES, method: "Faults", request } as const;
  return (await queryMethod(rpc, call, { signal })).faults;
}
