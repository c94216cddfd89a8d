import type { ExtendedVote } from "#core/abci/requests.js";
import type { SeededRandom } from "#test/harness/random.js";
import { isQuorum, type Member, type ValidatorSet } from "./validatorSets.js";

/** What a validator did at the end of the round that decided a block. */
export interface CastVote {
  readonly member: Member;
  readonly flag: ExtendedVote["flag"];
  readonly extension: Uint8Array;
  readonly signature: Uint8Array;
  /** Every peer that got it in time accepted its extension. */
  readonly verified: boolean;
}

/** The votes that decided a block, and the round they are of. */
export interface Commit {
  readonly set: ValidatorSet;
  readonly round: number;
  readonly votes: readonly CastVote[];
}

const EMPTY = new Uint8Array(0);

/** A vote that says nothing about the block. */
export function emptyVote(member: Member, flag: "absent" | "nil"): CastVote {
  return { member, flag, extension: EMPTY, signature: EMPTY, verified: true };
}

/** Power of those whose precommit for the block got through in time. */
export function committedPower(votes: readonly CastVote[]): bigint {
  return votes.reduce(
    (sum, { flag, verified, member }) => sum + (flag === "commit" && verified ? member.power : 0n),
    0n,
  );
}

/**
 * The votes that one proposer holds: its own, those that got through in time with more than two
 * thirds of the power, and late ones, whose extensions nobody verified. `loss` is the chance in a
 * hundred that a vote is missing.
 */
export function viewOf(
  commit: Commit,
  viewer: Member,
  given: { readonly random: SeededRandom; readonly loss: number },
): ExtendedVote[] {
  const { random, loss } = given;
  const seen = new Set<CastVote>();
  for (const vote of commit.votes) {
    const own = vote.member.hex === viewer.hex;
    const chance = vote.verified ? loss : 50;
    if (own || random.below(100) >= chance) seen.add(vote);
  }
  for (const vote of commit.votes) {
    if (isQuorum(committedPower([...seen]), commit.set)) break;
    if (vote.flag === "commit" && vote.verified) seen.add(vote);
  }
  return commit.votes.map((vote) =>
    extended(seen.has(vote) ? vote : emptyVote(vote.member, "absent")),
  );
}

function extended({ member, flag, extension, signature }: CastVote): ExtendedVote {
  const { address, power } = member;
  return {
    consensusAddress: address,
    power,
    flag,
    extension,
    extensionSignature: signature,
  };
}
