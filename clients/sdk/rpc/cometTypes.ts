import type {
  BlockID,
  BlockIDFlag,
  Commit,
  CommitSig,
  Header,
  Validator,
} from "#core/codec/generated/tendermint/types.js";
import type { PublicKey } from "#core/codec/generated/tendermint/crypto.js";
import type { JsonCursor } from "./jsonCursor.js";

const EMPTY = new Uint8Array(0);

/** A block header as CometBFT's JSON has it, in the type that the light client verifies. */
export function readHeader(json: JsonCursor): Header {
  return {
    version: readVersion(json.field("version")),
    chainId: json.field("chain_id").text(),
    height: json.field("height").int64(),
    time: json.field("time").time(),
    lastBlockId: readBlockId(json.field("last_block_id")),
    lastCommitHash: json.field("last_commit_hash").hex(),
    dataHash: json.field("data_hash").hex(),
    validatorsHash: json.field("validators_hash").hex(),
    nextValidatorsHash: json.field("next_validators_hash").hex(),
    consensusHash: json.field("consensus_hash").hex(),
    appHash: json.field("app_hash").hex(),
    lastResultsHash: json.field("last_results_hash").hex(),
    evidenceHash: json.field("evidence_hash").hex(),
    proposerAddress: json.field("proposer_address").hex(),
  };
}

function readVersion(json: JsonCursor): Header["version"] {
  // Go leaves a zero out.
  return { block: json.field("block").int64(), app: json.optional("app")?.int64() ?? 0n };
}

/** A block's hash and that of its parts. */
export function readBlockId(json: JsonCursor): BlockID {
  const parts = json.field("parts");
  return {
    hash: json.field("hash").hex(),
    partSetHeader: { total: parts.field("total").int32(), hash: parts.field("hash").hex() },
  };
}

/** The signatures for a block. */
export function readCommit(json: JsonCursor): Commit {
  return {
    height: json.field("height").int64(),
    round: json.field("round").int32(),
    blockId: readBlockId(json.field("block_id")),
    signatures: json.field("signatures").elements().map(readCommitSig),
  };
}

function readCommitSig(json: JsonCursor): CommitSig {
  return {
    // Flags that do not exist are refused by the light client.
    blockIdFlag: json.field("block_id_flag").int32() as BlockIDFlag,
    validatorAddress: json.field("validator_address").hex(),
    timestamp: json.field("timestamp").time(),
    signature: json.field("signature").base64(),
  };
}

/** One member of a validator set. */
export function readValidator(json: JsonCursor): Validator {
  return {
    address: json.field("address").hex(),
    pubKey: readPublicKey(json.field("pub_key")),
    votingPower: json.field("voting_power").int64(),
    proposerPriority: json.optional("proposer_priority")?.int64() ?? 0n,
  };
}

/** A validator's key, as CometBFT's JSON and its genesis file have it. */
export function readPublicKey(json: JsonCursor): PublicKey {
  const type = json.field("type").text();
  const bytes = json.field("value").base64();
  switch (type) {
    case "tendermint/PubKeyEd25519":
      return { ed25519: bytes, secp256k1: EMPTY };
    case "tendermint/PubKeySecp256k1":
      return { ed25519: EMPTY, secp256k1: bytes };
    default:
      throw json.field("type").malformed(`unknown type of key: ${type}`);
  }
}
