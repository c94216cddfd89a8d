import { Result } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { Inference } from "#sdk/inference/awaitInference.js";
import type { IncludedTx } from "#sdk/rpc/includedTx.js";

/** A transaction that a client was told is in a block. */
export interface KnownTx {
  readonly hash: string;
  readonly height: bigint;
  /** Place within the block. */
  readonly index: number;
  readonly code: number;
}

/** An answer that a client was given. */
export interface KnownAnswer {
  readonly requestId: bigint;
  readonly height: bigint;
  /** The outputs with their receipts, as text that can be compared. */
  readonly content: string;
}

/** Everything that clients know to be committed, and that no node may lose. */
export class ClientRecord {
  readonly txs: KnownTx[] = [];
  readonly answers: KnownAnswer[] = [];

  addTx({ hash, height, index, result: { code } }: IncludedTx): void {
    this.txs.push({ hash: toHex(hash), height, index, code });
  }

  addAnswer({ requestId, result }: Inference): void {
    this.answers.push({ requestId, height: result.height, content: contentOf(result) });
  }
}

/** What of a result never changes again: others may still reveal, and pay follows. */
export function contentOf({ status, requestDigest, executions }: Result): string {
  const kept = Result.create({ status, requestDigest, executions: [...executions] });
  return toHex(Result.encode(kept));
}
