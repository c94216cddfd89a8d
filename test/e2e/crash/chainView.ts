import { type Block, block } from "#sdk/rpc/block.js";
import { type BlockResults, blockResults } from "#sdk/rpc/blockResults.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { toHex } from "#core/primitives/bytes.js";

/** What a node says about one height; hashes are hex. */
export interface HeaderView {
  readonly height: bigint;
  readonly hash: string;
  readonly previousHash: string;
  /** State after the height before. */
  readonly appHash: string;
}

/** What the application of a node has committed. */
export interface AppView {
  readonly height: bigint;
  readonly appHash: string;
}

/** Most headers that CometBFT gives at once. */
const PAGE = 20n;

/** The headers of a node for a range of heights, both ends included, by ascending height. */
export async function headersOf(
  rpc: RpcTransport,
  { first, last }: { readonly first: bigint; readonly last: bigint },
): Promise<HeaderView[]> {
  const headers: HeaderView[] = [];
  for (let from = first; from <= last; from += PAGE) {
    const until = from + PAGE - 1n < last ? from + PAGE - 1n : last;
    const range = { minHeight: String(from), maxHeight: String(until) };
    const page = (await rpc.call("blockchain", range)).field("block_metas").elements();
    headers.push(
      ...page.reverse().map((meta) => {
        const header = meta.field("header");
        return {
          height: header.field("height").int64(),
          hash: toHex(meta.field("block_id").field("hash").hex()),
          previousHash: toHex(header.field("last_block_id").field("hash").hex()),
          appHash: toHex(header.field("app_hash").hex()),
        };
      }),
    );
  }
  return headers;
}

/** What the application says itself. */
export async function appOf(rpc: RpcTransport): Promise<AppView> {
  const response = (await rpc.call("abci_info", {})).field("response");
  return {
    height: response.field("last_block_height").int64(),
    appHash: toHex(response.field("last_block_app_hash").base64()),
  };
}

/** A block with what it did, both as the node has them on disk. */
export async function blockWithResults(
  rpc: RpcTransport,
  height: bigint,
): Promise<{ readonly block: Block; readonly results: BlockResults }> {
  const [found, results] = await Promise.all([block(rpc, height), blockResults(rpc, height)]);
  return { block: found, results };
}
