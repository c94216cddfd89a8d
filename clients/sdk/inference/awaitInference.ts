import {
  type Fees,
  ReceiptStatus,
  ReceiptStatusNames,
  type Request,
  RequestStatus,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import { escrowOf, priceOf } from "#modules/inference/types/quote.js";
import type { Clock } from "../clock.js";
import { type FailedExecution, SdkError } from "../errors.js";
import { getVersion } from "../kernel/getVersion.js";
import type { StoreProver } from "../query/storeProver.js";
import type { RpcTransport } from "../rpc/transport.js";
import type { PlainValues } from "./ask.js";
import { cancelledOr } from "./cancelledOr.js";
import { decodeOutputs } from "./decodeOutputs.js";
import { getBatch } from "./getBatch.js";
import { getResult, type KnownResult, type ResultProof } from "./getResult.js";
import { shortName } from "#core/codec/shortName.js";
import { type InferenceTrace, traceRequest } from "./traceRequest.js";
import { waitForRequest, type WaitForRequestOptions } from "./waitForRequest.js";

/** What a request cost, in the smallest unit. */
export interface PaidPrice {
  /** Without the priority fee. */
  readonly price: bigint;
  /** With the priority fee. */
  readonly escrowed: bigint;
  readonly fees: Fees;
}

/** The answer to a request. */
export interface Inference {
  readonly requestId: bigint;
  readonly status: "FULFILLED";
  /** The first output; undefined when the chain keeps its digest alone. */
  readonly output: PlainValues | undefined;
  /** One for each input, in order. */
  readonly outputs: ReadonlyArray<PlainValues | undefined>;
  /** The record as it is in the chain's state. */
  readonly result: Result;
  readonly price: PaidPrice;
  readonly trace: InferenceTrace;
  readonly proof: ResultProof;
}

/** Where answers come from and, if they are to be proven, by whom. */
export interface InferencePlace {
  readonly rpc: RpcTransport;
  readonly clock: Clock;
  readonly prover?: StoreProver | undefined;
}

/**
 * Waits for the answer to a request, by anybody's hand, and gives it proven when there is a
 * prover. Fails with `KERNEL_FAILED`, `NO_AGREEMENT`, `REQUEST_EXPIRED` or `REQUEST_REVOKED` when
 * that is how the request ended, with `CANCELLED` when the signal is aborted, and with the errors
 * of `waitForRequest` and `getResult`.
 *
 * @example
 * const { output, proof } = await awaitInference({ rpc, clock: systemClock, prover }, requestId);
 */
export async function awaitInference(
  place: InferencePlace,
  requestId: bigint,
  options: WaitForRequestOptions = {},
): Promise<Inference> {
  try {
    return await waitAndRead(place, requestId, options);
  } catch (error) {
    throw cancelledOr(error, options.signal, { requestId });
  }
}

async function waitAndRead(
  place: InferencePlace,
  requestId: bigint,
  options: WaitForRequestOptions,
): Promise<Inference> {
  const { signal } = options;
  const { request, height } = await waitForRequest(place, requestId, options);
  if (request.status === RequestStatus.NO_AGREEMENT) {
    throw new SdkError("NO_AGREEMENT", { requestId, height });
  }
  if (request.status === RequestStatus.EXPIRED) {
    throw new SdkError("REQUEST_EXPIRED", { requestId, height });
  }
  if (request.status === RequestStatus.REVOKED) {
    throw new SdkError("REQUEST_REVOKED", { requestId, height });
  }
  const known = await getResult(place, requestId, { signal });
  if (known.result.status !== RequestStatus.FULFILLED) throw kernelFailed(requestId, known);
  return readAnswer(place, request, known, options);
}

async function readAnswer(
  { rpc }: InferencePlace,
  request: Request,
  { result, proof }: KnownResult,
  { signal }: WaitForRequestOptions,
): Promise<Inference> {
  const [{ manifest }, batch] = await Promise.all([
    getVersion(rpc, request.versionId, { signal }),
    getBatch(rpc, request.batchId, { signal }),
  ]);
  const outputs = decodeOutputs(manifest, result);
  const { fees, id: requestId } = request;
  return {
    requestId,
    status: "FULFILLED",
    output: outputs[0],
    outputs,
    result,
    price: { price: priceOf(fees), escrowed: escrowOf(fees), fees },
    trace: await traceRequest(rpc, { request, batch, result }, { signal }),
    proof,
  };
}

function kernelFailed(
  requestId: bigint,
  { result, proof }: KnownResult,
): SdkError<"KERNEL_FAILED"> {
  const failures = result.executions.flatMap(({ receipt }, inputIndex): FailedExecution[] => {
    if (receipt.status === ReceiptStatus.OK) return [];
    return [{ inputIndex, status: shortName(ReceiptStatusNames, receipt.status), receipt }];
  });
  const { height } = result;
  return new SdkError("KERNEL_FAILED", { requestId, height, failures, verified: proof.verified });
}
