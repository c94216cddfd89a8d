import type { Params } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { minBig } from "#core/primitives/intMath.js";

/**
 * Bytes around one output in a payload: receipt (status, gas, size, two digests), field headers,
 * and the request's own share. Generous by a third.
 */
const EXECUTION_OVERHEAD = 128n;

/** Most bytes that one execution of a kernel takes in a payload. */
export function executionPayloadBytes(manifest: Manifest, params: Params): bigint {
  return minBig(manifest.limits.outputBytes, params.inlineOutputBytes) + EXECUTION_OVERHEAD;
}
