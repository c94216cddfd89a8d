import type { Params } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { maxBig } from "#core/primitives/intMath.js";

/** Most bytes around an output: headers of the execution, the receipt and the output 10, status 2, gas 11. */
const EXECUTION_BYTES = 23n;

/** What stands in place of an output that is too large to travel: its size 4, its digest 34. */
const ABSENT_OUTPUT_BYTES = 38n;

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
  const { outputBytes } = manifest.limits;
  const inline = params.inlineOutputBytes;
  const output = outputBytes <= inline ? outputBytes : maxBig(inline, ABSENT_OUTPUT_BYTES);
  const work = escalated ? WORK_DIGEST_BYTES : 0n;
  return REQUEST_BYTES + BigInt(inputCount) * (output + EXECUTION_BYTES + work);
}
