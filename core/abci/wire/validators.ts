import {
  type CommitInfo as WireCommit,
  type ExtendedCommitInfo as WireExtendedCommit,
  type Misbehavior as WireMisbehavior,
  type ValidatorUpdate as WireUpdate,
  type VoteInfo as WireVote,
  MisbehaviorType,
} from "#core/codec/generated/tendermint/abci.js";
import { BlockIDFlag } from "#core/codec/generated/tendermint/types.js";
import type { CommitVote, Misbehavior } from "#core/baseapp/context.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import { AbciProtocolError } from "../errors.js";
import type { ExtendedLastCommit, LastCommit } from "../requests.js";
import { timeFromWire, timeToWire } from "./time.js";
import { WireEnum } from "./wireEnum.js";

const VOTE_FLAGS = new WireEnum<BlockIDFlag, CommitVote["flag"]>("block id flag", [
  [BlockIDFlag.BLOCK_ID_FLAG_ABSENT, "absent"],
  [BlockIDFlag.BLOCK_ID_FLAG_COMMIT, "commit"],
  [BlockIDFlag.BLOCK_ID_FLAG_NIL, "nil"],
]);

const MISBEHAVIOR_KINDS = new WireEnum<MisbehaviorType, Misbehavior["kind"]>("misbehavior", [
  [MisbehaviorType.DUPLICATE_VOTE, "duplicateVote"],
  [MisbehaviorType.LIGHT_CLIENT_ATTACK, "lightClientAttack"],
]);

function voteFromWire({ validator, blockIdFlag }: WireVote): CommitVote {
  const { address, power } = validator;
  return { consensusAddress: address, power, flag: VOTE_FLAGS.name(blockIdFlag) };
}

function voteToWire({ consensusAddress, power, flag }: CommitVote): WireVote {
  return {
    validator: { address: consensusAddress, power },
    blockIdFlag: VOTE_FLAGS.value(flag),
  };
}

/** The last commit of a proposed or decided block. */
export function commitFromWire(wire: WireCommit): LastCommit {
  return { round: wire.round, votes: wire.votes.map(voteFromWire) };
}

/** Inverse of {@link commitFromWire}. */
export function commitToWire(commit: LastCommit): WireCommit {
  return { round: commit.round, votes: commit.votes.map(voteToWire) };
}

/** The last commit with extensions, as the proposer gets it. */
export function extendedCommitFromWire(wire: WireExtendedCommit): ExtendedLastCommit {
  const votes = wire.votes.map((vote) => ({
    ...voteFromWire(vote),
    extension: vote.voteExtension,
    extensionSignature: vote.extensionSignature,
  }));
  return { round: wire.round, votes };
}

/** Inverse of {@link extendedCommitFromWire}. */
export function extendedCommitToWire(commit: ExtendedLastCommit): WireExtendedCommit {
  const votes = commit.votes.map((vote) => ({
    ...voteToWire(vote),
    voteExtension: vote.extension,
    extensionSignature: vote.extensionSignature,
  }));
  return { round: commit.round, votes };
}

/** Evidence; the total power of the set at that height is left behind. */
export function misbehaviorFromWire(wire: WireMisbehavior): Misbehavior {
  return {
    kind: MISBEHAVIOR_KINDS.name(wire.type),
    consensusAddress: wire.validator.address,
    power: wire.validator.power,
    height: wire.height,
    timeNs: timeFromWire(wire.time),
  };
}

/** Inverse of {@link misbehaviorFromWire}, with a total power of 0. */
export function misbehaviorToWire(misbehavior: Misbehavior): WireMisbehavior {
  return {
    type: MISBEHAVIOR_KINDS.value(misbehavior.kind),
    validator: { address: misbehavior.consensusAddress, power: misbehavior.power },
    height: misbehavior.height,
    time: timeToWire(misbehavior.timeNs),
    totalVotingPower: 0n,
  };
}

const ED25519_KEY_BYTES = 32;
const NO_KEY = new Uint8Array(0);

/** A validator of the genesis file or of an update; refuses keys other than ed25519. */
export function updateFromWire({ pubKey, power }: WireUpdate): ValidatorUpdate {
  if (pubKey.ed25519.length !== ED25519_KEY_BYTES) {
    throw new AbciProtocolError("a validator key is not an ed25519 key");
  }
  return { publicKey: pubKey.ed25519, power };
}

/** Inverse of {@link updateFromWire}. */
export function updateToWire({ publicKey, power }: ValidatorUpdate): WireUpdate {
  return { pubKey: { ed25519: publicKey, secp256k1: NO_KEY }, power };
}
