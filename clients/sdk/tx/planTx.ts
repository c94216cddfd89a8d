import type { PackedMessage } from "#core/codec/typeRegistry.js";
import type { Coin } from "#core/primitives/coin.js";
import { SdkError } from "../errors.js";
import { status } from "../rpc/status.js";
import type { BroadcastOptions } from "./broadcastInOrder.js";
import type { TxContent } from "./buildTx.js";
import { feeOf } from "./gasPrice.js";
import { simulateTx } from "./simulateTx.js";
import type { TxContext } from "./txContext.js";

/** What the sender of a transaction may choose. */
export interface TxOptions extends BroadcastOptions {
  readonly memo?: string | undefined;
  /** Gas limit; what a simulation used, times `gasAdjustment`, unless given. */
  readonly gas?: bigint | undefined;
  /** From 1; 1.4 unless given. */
  readonly gasAdjustment?: number | undefined;
  /** Fee; gas limit times the gas price unless given. */
  readonly fee?: readonly Coin[] | undefined;
  /**
   * Blocks in which the transaction may be included; after them it is certain that it never will
   * be. 100 unless given, 0 for no end.
   */
  readonly timeoutBlocks?: number | undefined;
}

const GAS_ADJUSTMENT = 1.4;
const TIMEOUT_BLOCKS = 100;

/**
 * Settles gas limit, fee and timeout height of a transaction.
 *
 * @example
 * const content = await planTx(context, [pack(MsgSend, message)], { gasAdjustment: 1.6 });
 */
export async function planTx(
  context: TxContext,
  messages: readonly PackedMessage[],
  options: TxOptions = {},
): Promise<TxContent> {
  const { memo = "", signal } = options;
  const { gasLimit, height } = await limitOf(context, { messages, memo }, options);
  const blocks = BigInt(options.timeoutBlocks ?? TIMEOUT_BLOCKS);
  // With a given gas nothing has been asked yet that tells the height.
  const now = height ?? (blocks === 0n ? 0n : (await status(context.rpc, { signal })).latestHeight);
  const timeoutHeight = blocks === 0n ? 0n : now + blocks;
  const fee = options.fee ?? feeOf(context.gasPrice, gasLimit);
  return { messages, memo, timeoutHeight, gasLimit, fee };
}

async function limitOf(
  context: TxContext,
  content: Pick<TxContent, "messages" | "memo">,
  options: TxOptions,
): Promise<{ readonly gasLimit: bigint; readonly height: bigint | undefined }> {
  if (options.gas !== undefined) return { gasLimit: options.gas, height: undefined };
  const { gasUsed, height } = await simulateTx(context, content, options);
  return { gasLimit: adjustGas(gasUsed, options.gasAdjustment), height };
}

/**
 * A gas limit for what a simulation used, rounded up; the adjustment is 1.4 unless given. Fails with
 * `INVALID_ARGUMENT` for one below 1.
 */
export function adjustGas(gasUsed: bigint, adjustment = GAS_ADJUSTMENT): bigint {
  if (!(adjustment >= 1)) {
    const problem = `below 1: ${adjustment}`;
    throw new SdkError("INVALID_ARGUMENT", { argument: "gasAdjustment", problem });
  }
  return BigInt(Math.ceil(Number(gasUsed) * adjustment));
}
