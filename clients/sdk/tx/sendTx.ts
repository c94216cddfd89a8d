import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { isSdkError } from "../errors.js";
import type { IncludedTx } from "../rpc/includedTx.js";
import { broadcastInOrder } from "./broadcastInOrder.js";
import { planTx, type TxOptions } from "./planTx.js";
import { isSequenceMismatch } from "./sequenceMismatch.js";
import type { TxContext } from "./txContext.js";
import { waitForTx, type WaitForTxOptions } from "./waitForTx.js";

/** A transaction that the mempool took. */
export interface SentTx {
  readonly hash: Uint8Array;
  /** Height after which no block may have it; 0 for none. */
  readonly timeoutHeight: bigint;
  /** Waits until a block has it; errors are those of `waitForTx`. */
  readonly wait: (options?: WaitForTxOptions) => Promise<IncludedTx>;
}

/**
 * Settles, signs and hands in a transaction without waiting for a block, so that several can be in
 * flight. Fails with `TX_FAILED` at the stage `simulate` or `check`.
 *
 * @example
 * const sent = await sendTx(context, [pack(MsgSend, message)]);
 * const { height } = await sent.wait();
 */
export async function sendTx(
  context: TxContext,
  messages: readonly PackedMessage[],
  options: TxOptions = {},
): Promise<SentTx> {
  const content = await planTx(context, messages, options);
  const hash = await broadcastInOrder(context, content, options);
  const { timeoutHeight } = content;
  return {
    hash,
    timeoutHeight,
    wait: (waiting = {}) => waitAndLearn(context, hash, { timeoutHeight, ...waiting }),
  };
}

/** What went wrong in a block may mean that the sequences are other than was thought. */
async function waitAndLearn(
  context: TxContext,
  hash: Uint8Array,
  options: WaitForTxOptions,
): Promise<IncludedTx> {
  try {
    return await waitForTx(context, hash, options);
  } catch (error) {
    const lost = isSdkError(error, "TX_NOT_INCLUDED");
    const other = isSdkError(error, "TX_FAILED") && isSequenceMismatch(error.facts);
    if (lost || other) context.sequences.forget();
    throw error;
  }
}
