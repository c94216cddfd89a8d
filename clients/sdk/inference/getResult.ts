import {
  QueryResultRequest,
  QueryResultResponse,
  Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { concatBytes, uint64ToBytes } from "#core/primitives/bytes.js";
import { INFERENCE_MODULE, PREFIX } from "#modules/inference/types/keys.js";
import { SdkError } from "../errors.js";
import { callQuery, type QueryMethod } from "../query/callQuery.js";
import type { StoreProver } from "../query/storeProver.js";
import { status } from "../rpc/status.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";

/** Whether and how a result is known to be the chain's. */
export type ResultProof =
  | {
      readonly verified: true;
      /** Height whose state holds the result. */
      readonly height: bigint;
      /** App hash of the verified header of the next height. */
      readonly appHash: Uint8Array;
    }
  /** The endpoint says so. */
  | { readonly verified: false; readonly height: bigint; readonly appHash: undefined };

/** A result and how it is known. */
export interface KnownResult {
  readonly result: Result;
  readonly proof: ResultProof;
}

const METHOD: QueryMethod<QueryResultRequest, QueryResultResponse> = {
  path: "/aivm.inference.v1.Query/Result",
  request: QueryResultRequest,
  response: QueryResultResponse,
};

/** The first state that can be proven. */
const PROVABLE_HEIGHT_MIN = 2n;

/**
 * The result of a request. With a prover it is proven to be in the chain's
 * state, and may take until the next block; without one it is what the endpoint says. Fails with
 * `NOT_FOUND` when there is none (yet), and with `UNPROVEN`.
 *
 * @example
 * const { result, proof } = await getResult({ rpc, prover }, requestId);
 */
export async function getResult(
  place: { readonly rpc: RpcTransport; readonly prover?: StoreProver | undefined },
  requestId: bigint,
  options: CallOptions = {},
): Promise<KnownResult> {
  const { rpc, prover } = place;
  const reading = { signal: options.signal };
  const { response, height } = await callQuery(rpc, METHOD, { id: requestId }, reading);
  const { result } = response;
  if (prover === undefined) {
    return { result, proof: { verified: false, height, appHash: undefined } };
  }
  const provable = await provableHeight(rpc, result.height, reading);
  const entry = { store: INFERENCE_MODULE, key: resultKey(requestId), height: provable };
  const proven = await prover.readProven(entry, reading);
  if (proven.value === undefined) {
    throw new SdkError("NOT_FOUND", { path: METHOD.path, log: "proven to have no result" });
  }
  const { appHash } = proven;
  return {
    result: Result.decode(proven.value),
    proof: { verified: true, height: provable, appHash },
  };
}

/**
 * Key of a result in the store `inference`, for proofs.
 *
 * @example
 * const entry = { store: "inference", key: resultKey(requestId), height };
 * const { value } = await prover.readProven(entry);
 */
export function resultKey(requestId: bigint): Uint8Array {
  return concatBytes(Uint8Array.of(PREFIX.result), uint64ToBytes(requestId));
}

/** The newest state whose next header exists, but none from before the result. */
async function provableHeight(
  rpc: RpcTransport,
  writtenHeight: bigint,
  options: CallOptions,
): Promise<bigint> {
  const { latestHeight } = await status(rpc, options);
  const newest = latestHeight - 1n > writtenHeight ? latestHeight - 1n : writtenHeight;
  return newest < PROVABLE_HEIGHT_MIN ? PROVABLE_HEIGHT_MIN : newest;
}
