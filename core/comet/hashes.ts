import { ExecTxResult } from "#core/codec/generated/tendermint/abci.js";
import { BlockID, HashedParams, type Header } from "#core/codec/generated/tendermint/types.js";
import { Consensus } from "#core/codec/generated/tendermint/version.js";
import { Timestamp } from "#core/codec/generated/google/protobuf.js";
import { defineMessage } from "#core/codec/message.js";
import { sha256 } from "#core/crypto/hash.js";
import { merkleRoot } from "#core/crypto/merkle.js";
import { scalarField } from "./fields.js";

/** The wrappers of google/protobuf/wrappers.proto, in which CometBFT hashes bare values. */
const StringValue = defineMessage<{ value: string }>("google.protobuf.StringValue", [
  scalarField(1, "value", "string"),
]);
const Int64Value = defineMessage<{ value: bigint }>("google.protobuf.Int64Value", [
  scalarField(1, "value", "int64"),
]);
const BytesValue = defineMessage<{ value: Uint8Array }>("google.protobuf.BytesValue", [
  scalarField(1, "value", "bytes"),
]);

/**
 * Hash of a block header, which is the block's hash; 32 bytes. Empty for a header without a
 * validators hash, as CometBFT has it: no block has such a header.
 */
export function headerHash(header: Header): Uint8Array {
  if (header.validatorsHash.length === 0) return new Uint8Array(0);
  const bytesLeaf = (value: Uint8Array): Uint8Array => BytesValue.encode({ value });
  return merkleRoot([
    Consensus.encode(header.version),
    StringValue.encode({ value: header.chainId }),
    Int64Value.encode({ value: header.height }),
    Timestamp.encode(header.time),
    BlockID.encode(header.lastBlockId),
    bytesLeaf(header.lastCommitHash),
    bytesLeaf(header.dataHash),
    bytesLeaf(header.validatorsHash),
    bytesLeaf(header.nextValidatorsHash),
    bytesLeaf(header.consensusHash),
    bytesLeaf(header.appHash),
    bytesLeaf(header.lastResultsHash),
    bytesLeaf(header.evidenceHash),
    bytesLeaf(header.proposerAddress),
  ]);
}

/** Hash of a transaction, by which clients look it up; 32 bytes. */
export function txHash(tx: Uint8Array): Uint8Array {
  return sha256(tx);
}

/** The header's data hash: Merkle root over the hashes of the transactions; 32 bytes. */
export function dataHash(txs: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(txs.map(txHash));
}

/** The header's consensus hash: of the parameters of the block alone; 32 bytes. */
export function consensusParamsHash(block: {
  readonly maxBytes: bigint;
  readonly maxGas: bigint;
}): Uint8Array {
  const params = { blockMaxBytes: block.maxBytes, blockMaxGas: block.maxGas };
  return sha256(HashedParams.encode(params));
}

/**
 * The last-results hash of the next header: Merkle root over code, data, gas wanted and gas used
 * of each result; 32 bytes. Logs, events, info and codespace are not hashed.
 */
export function lastResultsHash(results: readonly ExecTxResult[]): Uint8Array {
  const leaves = results.map(({ code, data, gasWanted, gasUsed }) =>
    ExecTxResult.encode(ExecTxResult.create({ code, data, gasWanted, gasUsed })),
  );
  return merkleRoot(leaves);
}
