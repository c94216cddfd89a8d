import type { Batch, Fault, Request, Result } from "#core/codec/generated/aivm/inference/v1.js";
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
import { isOver } from "../../chain/requestList.js";
import { rememberedVersion } from "../../chain/versionNames.js";

/** Everything that is known of a request. */
export interface RequestCourse {
  readonly request: Request;
  readonly version: VersionWithManifest;
  /** Undefined while it is queued. */
  readonly batch: Batch | undefined;
  readonly result: Result | undefined;
  readonly trace: InferenceTrace | undefined;
  /** Undefined until it was paid out. */
  readonly breakdown: Breakdown | undefined;
  /** Faults of its batch. */
  readonly faults: readonly Fault[];
}

const FAULTS_LOOKED_AT = 200;

/** Reads a request with its batch, result, payments and faults; fails with `NOT_FOUND`. */
export async function readRequest(
  rpc: RpcTransport,
  id: bigint,
  signal: AbortSignal,
): Promise<RequestCourse> {
  const { request } = await getRequest(rpc, id, { signal });
  const { batchId } = request;
  const [version, batch, result, breakdown, faults] = await Promise.all([
    rememberedVersion(rpc, request.versionId),
    batchId === 0n ? undefined : orNothing(getBatch(rpc, batchId, { signal })),
    orNothing(getResult({ rpc }, id, { signal })),
    orNothing(readBreakdown(rpc, id, signal)),
    readFaults(rpc, signal),
  ]);
  const known = result?.result;
  const trace =
    batch === undefined || known === undefined
      ? undefined
      : await traceRequest(rpc, { request, batch, result: known }, { signal });
  return {
    request,
    version,
    batch,
    result: known,
    trace,
    breakdown,
    faults: faults.filter((one) => batchId !== 0n && one.batchId === batchId),
  };
}

/** Whether nothing about it will change any more, but for a challenge. */
export function isSettled({ request, breakdown }: RequestCourse): boolean {
  return isOver(request) && (request.paid || breakdown !== undefined);
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
