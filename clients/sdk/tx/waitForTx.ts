import { toHex } from "#core/primitives/bytes.js";
import type { Clock } from "../clock.js";
import { isSdkError, SdkError } from "../errors.js";
import { pollUntil, type PollOptions } from "../poll.js";
import { findTx } from "../rpc/findTx.js";
import type { IncludedTx } from "../rpc/includedTx.js";
import { status } from "../rpc/status.js";
import type { RpcTransport } from "../rpc/transport.js";

/** How long a transaction is waited for. */
export interface WaitForTxOptions extends PollOptions {
  /** Height after which no block may have it; 0 for none. */
  readonly timeoutHeight?: bigint | undefined;
  /** Told of each height that is seen while it waits. */
  readonly onHeight?: ((height: bigint) => void) | undefined;
}

/**
 * Waits until a block has the transaction. Fails with `TX_NOT_INCLUDED` when its timeout height
 * passes or it takes too long, and with `TX_FAILED` at the stage `deliver` when the block refused it.
 *
 * @example
 * const { height } = await waitForTx({ rpc, clock: systemClock }, hash, { timeoutMs: 30_000 });
 */
export async function waitForTx(
  place: { readonly rpc: RpcTransport; readonly clock: Clock },
  hash: Uint8Array,
  options: WaitForTxOptions = {},
): Promise<IncludedTx> {
  const watch = { place, hash, options, height: 0n };
  const found = await pollForTx(watch);
  const { codespace, code, log } = found.result;
  if (code === 0) return found;
  const { height } = found;
  const facts = { stage: "deliver", codespace, code, log, hash: toHex(hash), height } as const;
  throw new SdkError("TX_FAILED", facts);
}

interface Watch {
  readonly place: { readonly rpc: RpcTransport; readonly clock: Clock };
  readonly hash: Uint8Array;
  readonly options: WaitForTxOptions;
  height: bigint;
}

async function pollForTx(watch: Watch): Promise<IncludedTx> {
  const { place, hash, options } = watch;
  try {
    return await pollUntil(place.clock, "transaction", options, () => look(watch));
  } catch (error) {
    if (!isSdkError(error, "WAIT_TIMED_OUT")) throw error;
    const facts = { hash: toHex(hash), height: watch.height, expired: false };
    throw new SdkError("TX_NOT_INCLUDED", facts, error);
  }
}

async function look(watch: Watch): Promise<IncludedTx | undefined> {
  const { place, hash, options } = watch;
  const { timeoutHeight = 0n, onHeight, signal } = options;
  const found = await findTx(place.rpc, hash, { signal });
  if (found !== undefined) return found;
  // One block more than needed: the index of transactions may be a moment behind.
  if (timeoutHeight > 0n && watch.height > timeoutHeight) {
    const facts = { hash: toHex(hash), height: watch.height, expired: true };
    throw new SdkError("TX_NOT_INCLUDED", facts);
  }
  const { latestHeight } = await status(place.rpc, { signal });
  if (latestHeight > watch.height) onHeight?.(latestHeight);
  watch.height = latestHeight;
  return undefined;
}
