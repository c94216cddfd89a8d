import type {
  Execution,
  Payload,
  RequestExecutions,
} from "#core/codec/generated/aivm/inference/v1.js";
import { sha256 } from "#core/crypto/hash.js";

const EMPTY = new Uint8Array(0);

/**
 * A payload as it travels: a receipt does not repeat the size and the digest of an output that is
 * beside it (protocol.md section 10).
 */
export function compactPayload(payload: Payload): Payload {
  return withExecutions(payload, compact);
}

/**
 * Payloads as everything else has them: sizes and digests follow from the outputs. Undefined when a
 * receipt repeats them: every payload travels in one form only.
 */
export function expandPayloads(payloads: readonly Payload[]): Payload[] | undefined {
  const isCompact = payloads.every(({ requests }) =>
    requests.every(({ executions }) => executions.every(isBare)),
  );
  return isCompact ? payloads.map((payload) => withExecutions(payload, expand)) : undefined;
}

/** What is wrong with payloads that {@link expandPayloads} does not read. */
export const REPEATING = { problem: "a receipt repeats what its output says" };

function withExecutions(payload: Payload, change: (one: Execution) => Execution): Payload {
  const requests = payload.requests.map((request): RequestExecutions => ({
    ...request,
    executions: request.executions.map(change),
  }));
  return { ...payload, requests };
}

function compact({ receipt, output }: Execution): Execution {
  if (output.length === 0) return { receipt, output };
  return { receipt: { ...receipt, outputSize: 0n, outputDigest: EMPTY }, output };
}

function isBare({ receipt, output }: Execution): boolean {
  return output.length === 0 || (receipt.outputSize === 0n && receipt.outputDigest.length === 0);
}

function expand({ receipt, output }: Execution): Execution {
  if (output.length === 0) return { receipt, output };
  const outputSize = BigInt(output.length);
  return { receipt: { ...receipt, outputSize, outputDigest: sha256(output) }, output };
}
