import { isSdkError, type SdkErrorCode } from "#sdk/errors.js";
import { isSequenceMismatch } from "#sdk/tx/sequenceMismatch.js";

/** What a client meets when nodes die: no answer, a node that is behind, a lost transaction. */
const PASSING: readonly SdkErrorCode[] = [
  "RPC_UNREACHABLE",
  "RPC_TIMEOUT",
  "RPC_HTTP_STATUS",
  "RPC_REFUSED",
  "NOT_FOUND",
  "BROADCAST_UNCERTAIN",
  "TX_NOT_INCLUDED",
];

/** Whether a failure is explained by a node that is gone or behind, so that trying again helps. */
export function isPassing(error: unknown): boolean {
  if (isSdkError(error, "TX_FAILED")) return isSequenceMismatch(error.facts);
  return PASSING.some((code) => isSdkError(error, code));
}
