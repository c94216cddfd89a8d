import type { PackedMessage } from "#core/codec/typeRegistry.js";
import { assertDefined } from "#core/primitives/assert.js";
import { fromHex, toUpperHex } from "#core/primitives/bytes.js";
import { elapsedMs } from "#sdk/clock.js";
import { isSdkError } from "#sdk/errors.js";
import type { IncludedTx } from "#sdk/rpc/includedTx.js";
import { broadcastInOrder } from "#sdk/tx/broadcastInOrder.js";
import type { TxContent } from "#sdk/tx/buildTx.js";
import { planTx } from "#sdk/tx/planTx.js";
import { isSequenceMismatch } from "#sdk/tx/sequenceMismatch.js";
import type { TxContext } from "#sdk/tx/txContext.js";
import { waitForTx } from "#sdk/tx/waitForTx.js";
import type { Credited } from "#server/faucet/creditQueue.js";
import { FaucetFailure } from "#server/faucet/faucetFailure.js";

/** Blocks that may have a transaction; after them it is certain that it can be sent again. */
const TIMEOUT_BLOCKS = 20;
/** How long a node may be away while its transaction is under way. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 500;
/** Transactions in all that are sent for the same credits. */
const ATTEMPTS = 2;

/**
 * Sends a transaction and waits for its block, over restarts of the node: one that a node forgot is
 * sent again when no block can have it any more. Fails with the errors of the client library when
 * nothing was sent, and with the failure `outcome_unknown` when that is not certain.
 */
export async function deliverCredits(
  context: TxContext,
  message: PackedMessage,
  signal: AbortSignal,
): Promise<Credited> {
  for (let left = ATTEMPTS - 1; ; left--) {
    const content = await planTx(context, [message], { timeoutBlocks: TIMEOUT_BLOCKS });
    const hash = await handIn(context, content);
    try {
      const { height } = await awaitBlock(context, { hash, content, signal });
      return { txhash: toUpperHex(hash), height };
    } catch (error) {
      if (!isLost(error)) throw error;
      context.sequences.forget();
      if (left <= 0) throw error;
    }
  }
}

/** Hash of what was handed in; one that a node may have taken counts as taken until it is known. */
async function handIn(context: TxContext, content: TxContent): Promise<Uint8Array> {
  try {
    return await broadcastInOrder(context, content);
  } catch (error) {
    if (!isSdkError(error, "BROADCAST_UNCERTAIN")) throw error;
    return assertDefined(fromHex(error.facts.hash), "the client library writes hex");
  }
}

interface Delivery {
  readonly hash: Uint8Array;
  readonly content: TxContent;
  readonly signal: AbortSignal;
}

async function awaitBlock(
  context: TxContext,
  { hash, content, signal }: Delivery,
): Promise<IncludedTx> {
  const { clock } = context;
  const startNs = clock.nowNs();
  const { timeoutHeight } = content;
  for (;;) {
    try {
      return await waitForTx(context, hash, { timeoutHeight, signal });
    } catch (error) {
      const isOver = elapsedMs(startNs, clock.nowNs()) >= PATIENCE_MS || signal.aborted;
      if (isVerdict(error)) throw error;
      if (isOver) throw unknownOutcome(hash);
    }
    await clock.pause(PAUSE_MS, undefined);
  }
}

/** Anything else only says that the node could not be asked. */
function isVerdict(error: unknown): boolean {
  return isSdkError(error, "TX_FAILED") || isLost(error);
}

/** Whether no block has the transaction, nor ever will. */
function isLost(error: unknown): boolean {
  if (isSdkError(error, "TX_NOT_INCLUDED")) return error.facts.expired;
  return isSdkError(error, "TX_FAILED") && isSequenceMismatch(error.facts);
}

function unknownOutcome(hash: Uint8Array): FaucetFailure {
  const txhash = toUpperHex(hash);
  const message = `it is not known yet whether a block has the transaction ${txhash}; look at the balance`;
  return new FaucetFailure("outcome_unknown", message, { txhash });
}
