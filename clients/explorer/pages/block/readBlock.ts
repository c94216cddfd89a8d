import { BlockIDFlag } from "#core/codec/generated/tendermint/types.js";
import {
  block as readRpcBlock,
  blockResults,
  type BlockResults,
  type RpcTransport,
  status,
  toHex,
} from "#sdk/index.js";
import { txHash } from "../../chain/txHash.js";
import type { ChainTime } from "../../format/time.js";
import type { TxLine } from "../../ui/txTable.js";

/** A block with what it did. */
export interface BlockState {
  readonly time: ChainTime;
  readonly proposer: string;
  readonly hash: string;
  readonly appHash: string;
  /** Signatures for the block before, and how many there could be. */
  readonly signed: number;
  readonly signers: number;
  readonly ownTxBytes: number;
  /** Without the chain's own transaction 0. */
  readonly txs: readonly TxLine[];
  readonly events: BlockResults["events"];
  /** The next one does not exist yet. */
  readonly isLatest: boolean;
}

/** Reads a block; waits for nobody: a height that is not there yet is refused by the endpoint. */
export async function readBlock(
  rpc: RpcTransport,
  height: bigint,
  signal: AbortSignal,
): Promise<BlockState> {
  const [found, results, node] = await Promise.all([
    readRpcBlock(rpc, height, { signal }),
    blockResults(rpc, height, { signal }),
    status(rpc, { signal }),
  ]);
  const { signatures } = found.lastCommit;
  const all = found.txs.map((tx, index): TxLine => ({
    hash: txHash(tx),
    height,
    tx,
    code: results.txResults[index]?.code ?? 0,
  }));
  return {
    time: found.header.time,
    proposer: toHex(found.header.proposerAddress),
    hash: toHex(found.id.hash).toUpperCase(),
    appHash: toHex(found.header.appHash),
    signed: signatures.filter(({ blockIdFlag }) => blockIdFlag === BlockIDFlag.BLOCK_ID_FLAG_COMMIT)
      .length,
    signers: signatures.length,
    ownTxBytes: found.txs[0]?.length ?? 0,
    txs: all.slice(1),
    // Transaction 0 is the chain's own: what it did is what the block did.
    events: [...(results.txResults[0]?.events ?? []), ...results.events],
    isLatest: node.latestHeight <= height,
  };
}
