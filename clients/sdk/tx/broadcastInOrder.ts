import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import type { AccountState } from "../auth/account.js";
import { isSdkError, SdkError } from "../errors.js";
import { broadcastTxSync, type BroadcastAnswer } from "../rpc/broadcastTxSync.js";
import type { CallOptions } from "../rpc/transport.js";
import type { TxContent } from "./buildTx.js";
import { currentAccount } from "./currentAccount.js";
import { findExpectedSequence, isSequenceMismatch } from "./sequenceMismatch.js";
import { signTx } from "./signTx.js";
import type { TxContext } from "./txContext.js";

/** How a transaction is handed in. */
export interface BroadcastOptions extends CallOptions {
  /**
   * Told the hash just before the transaction is handed in, from when on a block may have it; told
   * undefined when the node refused it.
   */
  readonly onHandIn?: ((hash: Uint8Array | undefined) => void) | undefined;
}

/** Signatures with other sequences that are tried before the node's verdict is passed on. */
const ATTEMPTS = 4;

/**
 * Signs with the account's next sequence and hands the transaction in, one at a time for each
 * tracker; gives its hash. When the node expects another sequence, signs again with that one. Fails
 * with `TX_FAILED` at the stage `check`, or with `BROADCAST_UNCERTAIN`.
 *
 * @example
 * const hash = await broadcastInOrder(context, content);
 */
export async function broadcastInOrder(
  context: TxContext,
  content: TxContent,
  options: BroadcastOptions = {},
): Promise<Uint8Array> {
  return context.sequences.inTurn(async () => {
    for (let left = ATTEMPTS - 1; ; left--) {
      options.signal?.throwIfAborted();
      const account = await currentAccount(context, options);
      const answer = await signAndBroadcast(context, content, account, options);
      if (answer.code === 0) {
        context.sequences.taken(account);
        return answer.hash;
      }
      options.onHandIn?.(undefined);
      if (!isSequenceMismatch(answer) || left <= 0) throw refused(answer);
      resynchronise(context, account, answer.log);
    }
  });
}

async function signAndBroadcast(
  context: TxContext,
  content: TxContent,
  account: AccountState,
  { signal, onHandIn }: BroadcastOptions,
): Promise<BroadcastAnswer> {
  const { rpc, signer, chainId, sequences } = context;
  const bytes = await signTx(content, { signer, chainId, account });
  signal?.throwIfAborted();
  onHandIn?.(sha256(bytes));
  try {
    return await broadcastTxSync(rpc, bytes, { signal });
  } catch (error) {
    if (isDefinite(error)) throw error;
    sequences.forget();
    signal?.throwIfAborted();
    throw new SdkError("BROADCAST_UNCERTAIN", { hash: toHex(sha256(bytes)) }, error);
  }
}

/** Whether the endpoint said that it did not take the transaction. */
function isDefinite(error: unknown): boolean {
  if (isSdkError(error, "RPC_HTTP_STATUS")) return error.facts.status < 500;
  return isSdkError(error, "RPC_REFUSED");
}

function resynchronise(context: TxContext, account: AccountState, log: string): void {
  const expected = findExpectedSequence(log);
  if (expected === undefined) context.sequences.forget();
  else context.sequences.correct(account, expected);
}

function refused({ codespace, code, log, hash }: BroadcastAnswer): SdkError<"TX_FAILED"> {
  const facts = { stage: "check", codespace, code, log, hash: toHex(hash), height: 0n } as const;
  return new SdkError("TX_FAILED", facts);
}
