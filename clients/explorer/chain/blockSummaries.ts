import { type NodeStatus, type RpcTransport, status, toHex } from "#sdk/index.js";
import type { ChainTime } from "../format/time.js";

/** What a list shows of a block. */
export interface BlockSummary {
  readonly height: bigint;
  /** Upper-case hex, as CometBFT writes it. */
  readonly hash: string;
  readonly time: ChainTime;
  /** Transactions of people: without the chain's own transaction 0. */
  readonly txs: number;
  /** Consensus address of the proposer, lower-case hex. */
  readonly proposer: string;
  readonly bytes: number;
}

/** The newest blocks of a node, newest first, and what the node says of itself. */
export interface LatestBlocks {
  readonly node: NodeStatus;
  readonly blocks: readonly BlockSummary[];
}

/** CometBFT gives so many in one answer. */
const PER_CALL = 20n;

/**
 * The last `count` blocks; fewer when the chain or the node has fewer. Of what was read `before`
 * only the blocks since are read, however many were missed.
 */
export async function latestBlocks(
  rpc: RpcTransport,
  count: number,
  { signal, before }: { readonly signal: AbortSignal; readonly before?: LatestBlocks | undefined },
): Promise<LatestBlocks> {
  const node = await status(rpc, { signal });
  const known = knownBlocks(node, before);
  const newest = known[0]?.height ?? 0n;
  const blocks: BlockSummary[] = [];
  let top = node.latestHeight;
  while (blocks.length < count && top >= node.earliestHeight && top > newest) {
    const part = await summaries(rpc, { top, above: newest }, signal);
    if (part.length === 0) break;
    blocks.push(...part);
    top -= BigInt(part.length);
  }
  // What is known goes on where what was read ends, unless the node has a gap there.
  const rest = top === newest ? known : [];
  return { node, blocks: [...blocks, ...rest].slice(0, count) };
}

/** What was read before; nothing of a chain that was begun anew since. */
function knownBlocks(node: NodeStatus, before: LatestBlocks | undefined): readonly BlockSummary[] {
  const isSame =
    before?.node.chainId === node.chainId && before.node.latestHeight <= node.latestHeight;
  return isSame ? before.blocks : [];
}

/** Up to twenty blocks that end at a height and are above another, newest first. */
async function summaries(
  rpc: RpcTransport,
  { top, above }: { readonly top: bigint; readonly above: bigint },
  signal: AbortSignal,
): Promise<BlockSummary[]> {
  const bottom = top - above > PER_CALL ? top - PER_CALL + 1n : above + 1n;
  const params = { minHeight: String(bottom), maxHeight: String(top) };
  const result = await rpc.call("blockchain", params, { signal });
  return result
    .field("block_metas")
    .elements()
    .map((meta) => {
      const header = meta.field("header");
      const txs = Number(meta.field("num_txs").int64());
      return {
        height: header.field("height").int64(),
        hash: meta.field("block_id").field("hash").text(),
        time: header.field("time").time(),
        txs: Math.max(0, txs - 1),
        proposer: toHex(header.field("proposer_address").hex()),
        bytes: Number(meta.field("block_size").int64()),
      };
    });
}

/**
 * Blocks of which the one before was made by the network: the first one has the genesis file's
 * time.
 */
export function timedBlocks(blocks: readonly BlockSummary[]): BlockSummary[] {
  return blocks.filter(({ height }) => height > 1n);
}

/** Mean milliseconds between blocks that are given newest first; undefined for fewer than two. */
export function meanBlockMs(all: readonly BlockSummary[]): number | undefined {
  const blocks = timedBlocks(all);
  const [newest] = blocks;
  const oldest = blocks.at(-1);
  if (newest === undefined || oldest === undefined || blocks.length < 2) return undefined;
  const seconds = Number(newest.time.seconds - oldest.time.seconds);
  const nanos = newest.time.nanos - oldest.time.nanos;
  return (seconds * 1_000 + nanos / 1_000_000) / (blocks.length - 1);
}
