import type { BlockID, Commit, Header } from "#core/codec/generated/tendermint/types.js";
import { readBlockId, readCommit, readHeader } from "./cometTypes.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/** A block; nothing in it is verified. */
export interface Block {
  readonly id: BlockID;
  readonly header: Header;
  /** The first one is the chain's own transaction 0. */
  readonly txs: readonly Uint8Array[];
  /** The signatures for the block before; of height 0 in the first block. */
  readonly lastCommit: Commit;
}

/**
 * The block of a height, or the last one.
 *
 * @example
 * const { header, txs } = await block(rpc, 5n);
 */
export async function block(
  rpc: RpcTransport,
  height?: bigint,
  options?: CallOptions,
): Promise<Block> {
  const params = height === undefined ? {} : { height: String(height) };
  const result = await rpc.call("block", params, options);
  const found = result.field("block");
  return {
    id: readBlockId(result.field("block_id")),
    header: readHeader(found.field("header")),
    txs: found
      .field("data")
      .field("txs")
      .elements()
      .map((tx) => tx.base64()),
    lastCommit: readCommit(found.field("last_commit")),
  };
}
