import type { Instant } from "#core/codec/civilTime.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/** What a node says of itself. */
export interface NodeStatus {
  readonly chainId: string;
  /** Version of CometBFT. */
  readonly version: string;
  readonly moniker: string;
  /** Height of the last block; 0 before the first. */
  readonly latestHeight: bigint;
  readonly latestTime: Instant;
  /** Height of the oldest block that the node still has. */
  readonly earliestHeight: bigint;
  /** Whether the node is behind and fetches blocks. */
  readonly catchingUp: boolean;
}

/**
 * The state of the node behind an endpoint.
 *
 * @example
 * const { chainId, latestHeight } = await status(rpc);
 */
export async function status(rpc: RpcTransport, options?: CallOptions): Promise<NodeStatus> {
  const result = await rpc.call("status", {}, options);
  const node = result.field("node_info");
  const sync = result.field("sync_info");
  return {
    chainId: node.field("network").text(),
    version: node.field("version").text(),
    moniker: node.field("moniker").text(),
    latestHeight: sync.field("latest_block_height").int64(),
    latestTime: sync.field("latest_block_time").time(),
    earliestHeight: sync.field("earliest_block_height").int64(),
    catchingUp: sync.field("catching_up").bool(),
  };
}
