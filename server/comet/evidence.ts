import type {
  Evidence,
  LightBlock,
  SignedMsgType,
  Vote,
} from "#core/codec/generated/tendermint/types.js";
import { readBlockId, readCommit, readHeader, readValidator } from "#sdk/rpc/cometTypes.js";
import type { JsonCursor } from "#sdk/rpc/jsonCursor.js";

/** Evidence of misbehaviour as CometBFT's JSON has it within a block. */
export function readEvidence(json: JsonCursor): Evidence {
  const type = json.field("type").text();
  const value = json.field("value");
  switch (type) {
    case "tendermint/DuplicateVoteEvidence":
      return {
        duplicateVoteEvidence: readDuplicateVote(value),
        lightClientAttackEvidence: undefined,
      };
    case "tendermint/LightClientAttackEvidence":
      return { duplicateVoteEvidence: undefined, lightClientAttackEvidence: readAttack(value) };
    default:
      throw json.field("type").malformed(`unknown type of evidence: ${type}`);
  }
}

function readDuplicateVote(json: JsonCursor): NonNullable<Evidence["duplicateVoteEvidence"]> {
  return {
    voteA: readVote(json.field("vote_a")),
    voteB: readVote(json.field("vote_b")),
    totalVotingPower: json.field("TotalVotingPower").int64(),
    validatorPower: json.field("ValidatorPower").int64(),
    timestamp: json.field("Timestamp").time(),
  };
}

function readVote(json: JsonCursor): Vote {
  return {
    type: json.field("type").int32() as SignedMsgType,
    height: json.field("height").int64(),
    round: json.field("round").int32(),
    blockId: readBlockId(json.field("block_id")),
    timestamp: json.field("timestamp").time(),
    validatorAddress: json.field("validator_address").hex(),
    validatorIndex: json.field("validator_index").int32(),
    signature: json.field("signature").base64(),
    extension: json.field("extension").base64(),
    extensionSignature: json.field("extension_signature").base64(),
  };
}

function readAttack(json: JsonCursor): NonNullable<Evidence["lightClientAttackEvidence"]> {
  return {
    conflictingBlock: readLightBlock(json.field("ConflictingBlock")),
    commonHeight: json.field("CommonHeight").int64(),
    byzantineValidators: json.field("ByzantineValidators").elements().map(readValidator),
    totalVotingPower: json.field("TotalVotingPower").int64(),
    timestamp: json.field("Timestamp").time(),
  };
}

function readLightBlock(json: JsonCursor): LightBlock {
  const signed = json.field("signed_header");
  const set = json.field("validator_set");
  const proposer = set.optional("proposer");
  return {
    signedHeader: {
      header: readHeader(signed.field("header")),
      commit: readCommit(signed.field("commit")),
    },
    validatorSet: {
      validators: set.field("validators").elements().map(readValidator),
      proposer: proposer === undefined ? undefined : readValidator(proposer),
      totalVotingPower: 0n,
    },
  };
}
