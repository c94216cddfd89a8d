import type { Params } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { minBig } from "#core/primitives/intMath.js";

/**
 * Most bytes around an output: headers of the execution, the receipt and the output 10, its status
 * 2, gas 11, size 4, digest 34.
 */
const EXECUTION_BYTES = 61n;

/** A work digest with its header, which receipts of an escalation have. */
const WORK_DIGEST_BYTES = 34n;

/** Most bytes of a request's header and position 8, and of the header and id of a whole batch 16. */
const REQUEST_BYTES = 24n;

/**
 * Most bytes that the outputs of one request take in a payload, whatever else is in it; with the
 * work digests of an escalation, or without.
 */
export function requestPayloadBytes(
  manifest: Manifest,
  params: Params,
  { inputCount, escalated }: { readonly inputCount: number; readonly escalated: boolean },
): bigint {
  const output = minBig(manifest.limits.outputBytes, params.inlineOutputBytes);
  const work = escalated ? WORK_DIGEST_BYTES : 0n;
  return REQUEST_BYTES + BigInt(inputCount) * (output + EXECUTION_BYTES + work);
}
