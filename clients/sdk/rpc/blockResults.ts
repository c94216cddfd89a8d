import type { Event } from "#core/primitives/event.js";
import type { CallOptions, RpcTransport } from "./transport.js";
import { readEvents, readTxResult, type TxResult } from "./txResult.js";

/** What a block did. */
export interface BlockResults {
  readonly height: bigint;
  /** One for each transaction, in order. */
  readonly txResults: readonly TxResult[];
  /** Events of the block itself, not of its transactions. */
  readonly events: readonly Event[];
  /** App hash after the block, which the next header carries. */
  readonly appHash: Uint8Array;
}

/**
 * What the block of a height did. The node must keep the answers of its application.
 *
 * @example
 * const { events } = await blockResults(rpc, 5n);
 */
export async function blockResults(
  rpc: RpcTransport,
  height: bigint,
  options?: CallOptions,
): Promise<BlockResults> {
  const result = await rpc.call("block_results", { height: String(height) }, options);
  return {
    height: result.field("height").int64(),
    txResults: result.field("txs_results").elements().map(readTxResult),
    events: readEvents(result.field("finalize_block_events")),
    appHash: result.field("app_hash").base64(),
  };
}
