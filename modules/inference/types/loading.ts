import { minBig } from "#core/primitives/intMath.js";
import type { Params } from "#core/codec/generated/aivm/inference/v1.js";

/** Gas that loading one byte of a model takes of a machine: reading, checking, optimising. */
export const LOADING_GAS_PER_BYTE = 200n;

/** Gas that adding a version's adapters takes of a machine at most: 2^29 steps in all. */
export const ADAPTING_GAS = 12_000_000_000n;

/** What a machine loads of a version. */
export interface LoadedModels {
  /** Bytes of models and adapters. */
  readonly modelBytes: bigint;
  /** Whether a model has an adapter. */
  readonly isAdapted: boolean;
}

/** What loading models takes of a machine that has not loaded them, in gas. */
export function loadingGas({ modelBytes, isAdapted }: LoadedModels): bigint {
  return LOADING_GAS_PER_BYTE * modelBytes + (isAdapted ? ADAPTING_GAS : 0n);
}

/**
 * What of it the grace of a batch of requests allows for: as much as a batch may have of work, so
 * that every request still ends before its deadline (protocol.md section 19).
 */
export function graceLoadingGas(
  models: LoadedModels,
  { maxBatchGas }: Pick<Params, "maxBatchGas">,
): bigint {
  return minBig(loadingGas(models), maxBatchGas);
}
