import type { BlockRequest, ExtendedVote } from "#core/abci/requests.js";
import type { Misbehavior } from "#core/baseapp/context.js";
import { voteExtensionSignBytes } from "#core/comet/signBytes.js";
import { domainHash } from "#core/crypto/hash.js";
import { uint32ToBytes, uint64ToBytes } from "#core/primitives/bytes.js";
import type { SeededRandom } from "#test/harness/random.js";
import { demand } from "../violation.js";
import type { Participant } from "./participant.js";
import type { ProposerRotation } from "./proposerRotation.js";
import { speak } from "./speech.js";
import { FORBIDDEN, TOLERATED, type TamperingTurns } from "./tampering.js";
import { isQuorum, type Member, powerOf, type ValidatorSet } from "./validatorSets.js";
import { type CastVote, type Commit, committedPower, emptyVote, viewOf } from "./votes.js";
import type { Luck, Weather } from "./weather.js";

/** What one height is decided with. */
export interface HeightParts {
  readonly chainId: string;
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly set: ValidatorSet;
  /** Undefined at the initial height. */
  readonly lastCommit: Commit | undefined;
  /** Who is up, by hex of the consensus address. */
  readonly online: ReadonlyMap<string, Participant>;
  readonly rotation: ProposerRotation;
  readonly turns: TamperingTurns;
  readonly weather: Weather;
  readonly random: SeededRandom;
  /** Transactions that proposers have in their mempools. */
  readonly txs: readonly Uint8Array[];
  readonly misbehavior: readonly Misbehavior[];
}

/** A decided block with the votes for it. */
export interface Decision {
  readonly request: BlockRequest;
  readonly commit: Commit;
  /** Names of what byzantine proposers tried, in order. */
  readonly tampered: readonly string[];
}

interface Proposal {
  readonly request: BlockRequest;
  /** Round of the polka that a block proposed again had; -1 for a new one. */
  readonly polkaRound: number;
  /** What honest nodes must make of it; undefined when both is fine. */
  readonly expected: "accept" | "reject" | undefined;
}

const MAX_ROUNDS = 60;
const MAX_TX_BYTES = 4_000_000n;

/** The rounds of one height, from the first proposal to the decision. */
export class Rounds {
  readonly #parts: HeightParts;
  readonly #tampered: string[] = [];

  constructor(parts: HeightParts) {
    this.#parts = parts;
  }

  decide(): Decision {
    const { set, rotation, online, weather } = this.#parts;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const luck = weather.luckOf(round);
      const proposer = rotation.next(set);
      const participant = online.get(proposer.hex);
      if (participant === undefined) continue;
      const proposal = this.#propose(participant, proposer, round);
      const voters = this.#prevote(proposal, luck);
      if (!isQuorum(powerOf(voters), set)) continue;
      const votes = this.#precommit(proposal, voters, { round, luck });
      if (!isQuorum(committedPower(votes), set)) continue;
      const commit = { set, round, votes };
      return { request: proposal.request, commit, tampered: this.#tampered };
    }
    throw new Error(`height ${this.#parts.height} was not decided in ${MAX_ROUNDS} rounds`);
  }

  #propose(participant: Participant, proposer: Member, round: number): Proposal {
    const { lock } = participant;
    if (lock !== undefined) {
      return { request: lock.request, polkaRound: lock.round, expected: "accept" };
    }
    const { lastCommit, random, weather } = this.#parts;
    const given = { random, loss: weather.loss };
    const votes = lastCommit === undefined ? [] : viewOf(lastCommit, proposer, given);
    const base = this.#baseOf(proposer, round);
    const { txs } = participant.node.app.prepareProposal({
      ...base,
      maxTxBytes: MAX_TX_BYTES,
      txs: this.#parts.txs,
      lastCommit: { round: lastCommit?.round ?? 0, votes },
    });
    const tampered = this.#tamper(participant, txs, votes);
    const request = {
      ...base,
      ...this.#sealed(tampered.txs, round),
      lastCommit: this.#cast(votes),
    };
    return { request, polkaRound: -1, expected: tampered.expected };
  }

  #baseOf(proposer: Member, round: number) {
    const { height, timeNs, misbehavior } = this.#parts;
    return {
      height,
      timeNs: timeNs + BigInt(round) * 1_000_000n,
      misbehavior,
      nextValidatorsHash: new Uint8Array(32),
      proposerAddress: proposer.address,
    };
  }

  #sealed(txs: readonly Uint8Array[], round: number) {
    const { height } = this.#parts;
    const hash = domainHash("test/block", uint64ToBytes(height), uint32ToBytes(round), ...txs);
    return { txs, hash };
  }

  /** The last commit as the block carries it: without extensions. */
  #cast(votes: readonly ExtendedVote[]): BlockRequest["lastCommit"] {
    return {
      round: this.#parts.lastCommit?.round ?? 0,
      votes: votes.map(({ consensusAddress, power, flag }) => ({ consensusAddress, power, flag })),
    };
  }

  #tamper(
    participant: Participant,
    txs: readonly Uint8Array[],
    votes: readonly ExtendedVote[],
  ): { readonly txs: readonly Uint8Array[]; readonly expected: Proposal["expected"] } {
    const honest = { txs, expected: "accept" } as const;
    const kind = this.#kindOfTampering(participant);
    if (kind === undefined) return honest;
    const { random, turns } = this.#parts;
    const tampering = turns.take(kind === "forbidden" ? FORBIDDEN : TOLERATED);
    const changed = tampering?.apply(txs, { random, votes });
    if (tampering === undefined || changed === undefined) return honest;
    this.#tampered.push(tampering.name);
    return { txs: changed, expected: kind === "forbidden" ? "reject" : undefined };
  }

  /** Byzantines tamper now and then, whatever else they are up to. */
  #kindOfTampering({ character, conduct }: Participant): "forbidden" | "tolerated" | undefined {
    if (character !== "byzantine") return undefined;
    const { random } = this.#parts;
    if (conduct === "tampering" || random.oneIn(2)) return "forbidden";
    return conduct === "censoring" || random.oneIn(3) ? "tolerated" : undefined;
  }

  /** Members that get the proposal in time and vote for it. */
  #prevote({ request, polkaRound, expected }: Proposal, { loss }: Luck): Member[] {
    const { set, online, random, weather } = this.#parts;
    const verdicts = new Set<string>();
    const voters = set.filter((member) => {
      const participant = online.get(member.hex);
      if (participant === undefined || random.below(100) < loss) return false;
      const { status } = participant.node.app.processProposal(request);
      verdicts.add(status);
      const name = expected === "accept" ? "honest-proposals-stand" : "tampered-proposals-fall";
      demand(expected === undefined || status === expected, name, () => {
        return `${participant.name} ${status}s: ${this.#tampered.at(-1) ?? "honest"}`;
      });
      if (weather.strikes()) restart(participant);
      return status === "accept" && participant.mayVoteFor(request, polkaRound);
    });
    demand(verdicts.size < 2, "nodes-judge-alike", () => `height ${request.height}`);
    return voters;
  }

  /** Everybody's precommit; those of a doomed round stay below a quorum. */
  #precommit(
    { request }: Proposal,
    voters: readonly Member[],
    at: { readonly round: number; readonly luck: Luck },
  ): CastVote[] {
    const { set, online, random } = this.#parts;
    const willing = new Set(voters.map(({ hex }) => hex));
    const votes = new Map<string, CastVote>();
    for (const member of random.shuffle(set)) {
      const participant = online.get(member.hex);
      const sees = willing.has(member.hex) && random.below(100) >= at.luck.loss;
      const power = committedPower([...votes.values()]) + member.power;
      if (participant === undefined || !sees || (at.luck.isDoomed && isQuorum(power, set)))
        continue;
      participant.lock = { request, round: at.round };
      votes.set(member.hex, this.#vote(participant, member, { request, round: at.round }));
    }
    return set.map((member) => {
      const isUp = online.has(member.hex);
      return votes.get(member.hex) ?? emptyVote(member, isUp && random.oneIn(2) ? "nil" : "absent");
    });
  }

  #vote(
    participant: Participant,
    member: Member,
    { request, round }: { readonly request: BlockRequest; readonly round: number },
  ): CastVote {
    const { chainId, height, random, weather } = this.#parts;
    const { node, operator, conduct } = participant;
    const honest = participant.extend(request);
    if (weather.strikes()) restart(participant);
    const { keepers } = node.wiring;
    const speech =
      height === 1n
        ? { extension: honest, malformed: false, badSignature: false }
        : speak(
            {
              conduct,
              consensusAddress: member.address,
              random,
              ctx: node.context(),
              keeper: keepers.inference,
            },
            honest,
          );
    const { extension, malformed, badSignature } = speech;
    this.#verifyElsewhere(member, request, speech);
    const signed = badSignature ? new Uint8Array(1) : extension;
    const message = voteExtensionSignBytes(chainId, { extension: signed, height, round });
    const signature = operator.validator.signConsensus(message);
    return { member, flag: "commit", extension, signature, verified: !malformed && !badSignature };
  }

  /** Peers accept what an honest node can send, and refuse what none can. */
  #verifyElsewhere(
    { address }: Member,
    { hash, height }: BlockRequest,
    speech: { readonly extension: Uint8Array; readonly malformed: boolean },
  ): void {
    const { extension, malformed } = speech;
    const expected = malformed ? "reject" : "accept";
    for (const { node, name } of this.#parts.online.values()) {
      const verify = { hash, height, validatorAddress: address, extension };
      const { status } = node.app.verifyVoteExtension(verify);
      demand(status === expected, "extensions-are-judged", () => `${name} would ${status} one`);
    }
  }
}

/** Kills the node's process, if its state is in a file, and starts it again. */
export function restart(participant: Participant): void {
  if (!participant.node.isRestartable) return;
  participant.node.restart();
  participant.restarts++;
}
