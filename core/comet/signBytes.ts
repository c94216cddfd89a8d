import { Timestamp } from "#core/codec/generated/google/protobuf.js";
import { BlockID, SignedMsgType } from "#core/codec/generated/tendermint/types.js";
import { defineMessage } from "#core/codec/message.js";
import { WireWriter } from "#core/codec/wire/writer.js";
import { messageField, scalarField } from "./fields.js";

interface CanonicalVote {
  type: number;
  height: bigint;
  round: bigint;
  blockId: BlockID | undefined;
  timestamp: Timestamp;
  chainId: string;
}

/** tendermint/types/canonical.proto of CometBFT v0.38; CanonicalBlockID encodes like BlockID. */
const CanonicalVote = defineMessage<CanonicalVote>("tendermint.types.CanonicalVote", [
  scalarField(1, "type", "enum"),
  scalarField(2, "height", "sfixed64"),
  scalarField(3, "round", "sfixed64"),
  messageField(4, "blockId", () => BlockID, "optional"),
  messageField(5, "timestamp", () => Timestamp, "required"),
  scalarField(6, "chainId", "string"),
]);

interface CanonicalVoteExtension {
  extension: Uint8Array;
  height: bigint;
  round: bigint;
  chainId: string;
}

const CanonicalVoteExtension = defineMessage<CanonicalVoteExtension>(
  "tendermint.types.CanonicalVoteExtension",
  [
    scalarField(1, "extension", "bytes"),
    scalarField(2, "height", "sfixed64"),
    scalarField(3, "round", "sfixed64"),
    scalarField(4, "chainId", "string"),
  ],
);

/** What a precommit says: this block, or nil, at this height and round. */
export interface Precommit {
  readonly height: bigint;
  readonly round: number;
  /** Undefined for a vote for nil. */
  readonly blockId: BlockID | undefined;
  /** The voter's own time, which differs from the block's. */
  readonly timestamp: Timestamp;
}

/** A vote extension with the height and round of the precommit that carries it. */
export interface VoteExtension {
  readonly extension: Uint8Array;
  readonly height: bigint;
  readonly round: number;
}

/** What a validator signs for a precommit: the canonical vote behind its length. */
export function precommitSignBytes(chainId: string, precommit: Precommit): Uint8Array {
  const { height, round, blockId, timestamp } = precommit;
  return delimited(
    CanonicalVote.encode({
      type: SignedMsgType.PRECOMMIT,
      height,
      round: BigInt(round),
      blockId,
      timestamp,
      chainId,
    }),
  );
}

/** What a validator signs for a vote extension: the canonical extension behind its length. */
export function voteExtensionSignBytes(chainId: string, vote: VoteExtension): Uint8Array {
  const { extension, height, round } = vote;
  return delimited(
    CanonicalVoteExtension.encode({ extension, height, round: BigInt(round), chainId }),
  );
}

function delimited(bytes: Uint8Array): Uint8Array {
  const writer = new WireWriter();
  writer.bytes(bytes);
  return writer.finish();
}
