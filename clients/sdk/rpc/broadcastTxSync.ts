import { sha256 } from "#core/crypto/hash.js";
import { toBase64 } from "#core/primitives/bytes.js";
import { isSdkError } from "../errors.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/** What the mempool's check said of a transaction. */
export interface BroadcastAnswer {
  /** 0 when the transaction was taken. */
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
  /** sha256 of the transaction, by which it is looked up. */
  readonly hash: Uint8Array;
}

/**
 * Hands in a transaction and gives the verdict of the mempool's check, not that of a block. The
 * same bytes may be handed in again: a node that has them already is one that took them.
 *
 * @example
 * const { code, log } = await broadcastTxSync(rpc, txBytes);
 */
export async function broadcastTxSync(
  rpc: RpcTransport,
  tx: Uint8Array,
  options?: CallOptions,
): Promise<BroadcastAnswer> {
  const hash = sha256(tx);
  try {
    const result = await rpc.call("broadcast_tx_sync", { tx: toBase64(tx) }, options);
    return {
      code: result.field("code").int32(),
      codespace: result.field("codespace").textOrEmpty(),
      log: result.field("log").textOrEmpty(),
      hash,
    };
  } catch (error) {
    if (!isKnownTx(error)) throw error;
    return { code: 0, codespace: "", log: "", hash };
  }
}

/** ErrTxInCache of CometBFT's mempool. */
function isKnownTx(error: unknown): boolean {
  return isSdkError(error, "RPC_REFUSED") && error.facts.data === "tx already exists in cache";
}
