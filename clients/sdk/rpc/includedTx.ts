import type { JsonCursor } from "./jsonCursor.js";
import { readTxResult, type TxResult } from "./txResult.js";

/** A transaction in a block. */
export interface IncludedTx {
  readonly hash: Uint8Array;
  readonly height: bigint;
  /** Place within the block. */
  readonly index: number;
  readonly tx: Uint8Array;
  readonly result: TxResult;
}

/** Reads what `tx` and `tx_search` answer. */
export function readIncludedTx(json: JsonCursor): IncludedTx {
  return {
    hash: json.field("hash").hex(),
    height: json.field("height").int64(),
    index: json.field("index").int32(),
    tx: json.field("tx").base64(),
    result: readTxResult(json.field("tx_result")),
  };
}
