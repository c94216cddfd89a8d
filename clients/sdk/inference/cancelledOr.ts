import { toHex } from "#core/primitives/bytes.js";
import { SdkError } from "../errors.js";

/** What is known of a request when its caller gives up. */
export interface RequestPlace {
  readonly requestId?: bigint | undefined;
  /** Hash of the transaction that was handed in. */
  readonly txHash?: Uint8Array | undefined;
}

/** `CANCELLED` when an error is the reason of the caller's signal; else the error itself. */
export function cancelledOr(
  error: unknown,
  signal: AbortSignal | undefined,
  { requestId, txHash }: RequestPlace,
): unknown {
  if (signal?.aborted !== true || error !== signal.reason) return error;
  const unknown = txHash === undefined ? "no" : "maybe";
  const facts = {
    onChain: requestId === undefined ? unknown : "yes",
    requestId,
    txHash: txHash === undefined ? undefined : toHex(txHash),
  } as const;
  return new SdkError("CANCELLED", facts, error);
}
