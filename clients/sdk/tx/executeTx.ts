import type { PackedMessage } from "#core/codec/typeRegistry.js";
import type { IncludedTx } from "../rpc/includedTx.js";
import type { TxOptions } from "./planTx.js";
import { sendTx } from "./sendTx.js";
import type { TxContext } from "./txContext.js";
import type { WaitForTxOptions } from "./waitForTx.js";

/** How a transaction is sent and waited for. */
export interface ExecuteOptions
  extends TxOptions, Pick<WaitForTxOptions, "timeoutMs" | "onHeight"> {}

/**
 * Sends a transaction and waits until a block has it. Errors are those of `sendTx` and `waitForTx`.
 *
 * @example
 * const { height, result } = await executeTx(context, [pack(MsgSend, message)]);
 */
export async function executeTx(
  context: TxContext,
  messages: readonly PackedMessage[],
  options: ExecuteOptions = {},
): Promise<IncludedTx> {
  const sent = await sendTx(context, messages, options);
  const { timeoutMs, onHeight, signal } = options;
  return sent.wait({ timeoutMs, onHeight, signal });
}
