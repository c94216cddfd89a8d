import { minBig } from "#core/primitives/intMath.js";
import type { Params } from "#core/codec/generated/aivm/inference/v1.js";

/** Gas that loading one byte of a model takes of a machine: reading, checking, optimising. */
export const LOADING_GAS_PER_BYTE = 200n;

/** What loading models of so many bytes takes of a machine that has not loaded them, in gas. */
export function loadingGas(modelBytes: bigint): bigint {
  return LOADING_GAS_PER_BYTE * modelBytes;
}

/**
 * What of it the grace of a batch of requests allows for: as much as a batch may have of work, so
 * that every request still ends before its deadline (protocol.md section 19).
 */
export function graceLoadingGas(
  modelBytes: bigint,
  { maxBatchGas }: Pick<Params, "maxBatchGas">,
): bigint {
  return minBig(loadingGas(modelBytes), maxBatchGas);
}
