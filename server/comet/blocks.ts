import { formatInstant } from "#core/codec/civilTime.js";
import type { Block as SdkBlock } from "#core/codec/generated/cosmos/base/tendermint/v1beta1.js";
import type { Block, BlockID, Header } from "#core/codec/generated/tendermint/types.js";
import { formatAddress, toAddress } from "#core/crypto/address.js";
import { readBlockId, readCommit, readHeader } from "#sdk/rpc/cometTypes.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { callComet } from "./cometRpc.js";
import { readEvidence } from "./evidence.js";

/** A block with its id, in CometBFT's protobuf. */
export interface FoundBlock {
  readonly blockId: BlockID;
  readonly block: Block;
}

/** The block of a height, or the last one; fails with a CallFailure. */
export async function fetchBlock(rpc: RpcTransport, height?: bigint): Promise<FoundBlock> {
  const params = height === undefined ? {} : { height: String(height) };
  const result = await callComet(rpc, "block", params);
  const found = result.field("block");
  const txs = found.field("data").field("txs").elements();
  const evidence = found.field("evidence").field("evidence").elements();
  return {
    blockId: readBlockId(result.field("block_id")),
    block: {
      header: readHeader(found.field("header")),
      data: { txs: txs.map((tx) => tx.base64()) },
      evidence: { evidence: evidence.map(readEvidence) },
      lastCommit: readCommit(found.field("last_commit")),
    },
  };
}

/** The header of a height; fails with a CallFailure. */
export async function fetchHeader(rpc: RpcTransport, height: bigint): Promise<Header> {
  const result = await callComet(rpc, "header", { height: String(height) });
  return readHeader(result.field("header"));
}

/** A block as the SDK shows it: the proposer's address in bech32. */
export function toSdkBlock({ header, ...rest }: Block): SdkBlock {
  const address = formatAddress("consensus", toAddress(header.proposerAddress));
  return { ...rest, header: { ...header, proposerAddress: address } };
}

/** A header's time as the SDK writes it beside transactions: to the second. */
export function blockTimeText({ time }: Header): string {
  return formatInstant({ ...time, nanos: 0 });
}
