import type { BlockRequest } from "#core/abci/requests.js";
import type { FinalizeBlockResponse } from "#core/abci/responses.js";
import type { Misbehavior } from "#core/baseapp/context.js";
import type { SeededRandom } from "#test/harness/random.js";
import { demand } from "../violation.js";
import { digestOf, type OutcomeDigest } from "./outcomeDigest.js";
import { type Participant } from "./participant.js";
import { ProposerRotation } from "./proposerRotation.js";
import { restart, Rounds } from "./rounds.js";
import type { SimNode } from "./simNode.js";
import { TamperingTurns } from "./tampering.js";
import { isQuorum, type ValidatorSet, ValidatorSets } from "./validatorSets.js";
import type { Commit } from "./votes.js";
import { Weather } from "./weather.js";

/** A decided block, as nodes that were down get it later. */
export interface LoggedBlock {
  readonly request: BlockRequest;
  readonly digest: OutcomeDigest;
}

/** A decided block as the observer executed it. */
export interface ProducedBlock {
  readonly request: BlockRequest;
  readonly outcome: FinalizeBlockResponse;
  readonly round: number;
  readonly tampered: readonly string[];
}

/** What is given to the next block. */
export interface BlockPlan {
  readonly txs: readonly Uint8Array[];
  readonly misbehavior: readonly Misbehavior[];
  /** Looks at the observer after FinalizeBlock, before Commit; must leave this block staged. */
  readonly inspect: (node: SimNode, request: BlockRequest, outcome: FinalizeBlockResponse) => void;
}

const NS = 1_000_000_000n;

/**
 * Whole nodes in one process, driven as CometBFT drives them: rounds, lost messages, nodes that are
 * down or killed, and an observer that validates nothing and gets every decided block.
 */
export class SimNetwork {
  readonly chainId: string;
  readonly observer: SimNode;
  readonly participants: Participant[] = [];
  readonly log: LoggedBlock[] = [];
  readonly sets: ValidatorSets;
  timeNs: bigint;
  readonly #random: SeededRandom;
  readonly #rotation = new ProposerRotation();
  readonly #turns: TamperingTurns;
  #lastCommit: Commit | undefined;

  constructor(parts: {
    readonly chainId: string;
    readonly timeNs: bigint;
    readonly observer: SimNode;
    readonly random: SeededRandom;
  }) {
    this.chainId = parts.chainId;
    this.timeNs = parts.timeNs;
    this.observer = parts.observer;
    this.#random = parts.random;
    this.#turns = new TamperingTurns(parts.random);
    this.sets = new ValidatorSets(parts.observer.initChain());
  }

  /** Height of the last decided block; 0 before the first. */
  get height(): bigint {
    return BigInt(this.log.length);
  }

  /** Adds a node, which replays all blocks that were decided before it was there. */
  async join(participant: Participant): Promise<void> {
    participant.node.initChain();
    this.participants.push(participant);
    await this.#catchUp(participant);
  }

  /** Decides one block; every node that is up executes it. */
  async produce(plan: BlockPlan): Promise<ProducedBlock> {
    const height = this.height + 1n;
    const random = this.#random;
    const weather = new Weather(random);
    this.timeNs += BigInt(1 + random.below(2)) * NS;
    const online = await this.#begin(height);
    const { request, commit, tampered } = new Rounds({
      chainId: this.chainId,
      height,
      timeNs: this.timeNs,
      set: this.sets.at(height),
      lastCommit: this.#lastCommit,
      online,
      rotation: this.#rotation,
      turns: this.#turns,
      weather,
      random,
      txs: plan.txs,
      misbehavior: plan.misbehavior,
    }).decide();
    this.#lastCommit = commit;
    this.timeNs = request.timeNs;
    const outcome = this.#observe(request, plan);
    for (const participant of online.values()) this.#execute(participant, weather);
    this.sets.apply(height, outcome.validatorUpdates);
    for (const participant of online.values()) await participant.work();
    return { request, outcome, round: commit.round, tampered };
  }

  close(): void {
    for (const { node } of this.participants) node.close();
    this.observer.close();
  }

  /** Lets nodes go down and come back; gives those that are up and take part. */
  async #begin(height: bigint): Promise<Map<string, Participant>> {
    for (const participant of this.participants) participant.begin(height);
    this.#takeDown(height);
    this.#ensureQuorum(height);
    const online = new Map<string, Participant>();
    for (const participant of this.participants) {
      if (!participant.isOnline(height)) continue;
      await this.#catchUp(participant);
      online.set(participant.operator.hex, participant);
    }
    this.#calmByzantines(height, online);
    return online;
  }

  #takeDown(height: bigint): void {
    if (!this.#random.oneIn(16)) return;
    const participant = this.#random.pick(this.participants);
    if (!participant.isOnline(height)) return;
    participant.offlineUntil = height + BigInt(1 + this.#random.below(9));
  }

  /** Brings nodes back, in the order of the set, until they can decide. */
  #ensureQuorum(height: bigint): void {
    const set = this.sets.at(height);
    for (const { hex } of set) {
      if (isQuorum(this.#livePower(set, height), set)) return;
      const participant = this.#find(hex);
      if (participant !== undefined) participant.offlineUntil = 0n;
    }
  }

  /** Power of those who are up and speak well-formed. */
  #livePower(set: ValidatorSet, height: bigint): bigint {
    return set.reduce((sum, { hex, power }) => {
      const participant = this.#find(hex);
      const isLive = participant?.isOnline(height) === true && participant.conduct !== "garbling";
      return sum + (isLive ? power : 0n);
    }, 0n);
  }

  /** A byzantine third, as jails and downtime may make of less, would stop any chain. */
  #calmByzantines(height: bigint, online: ReadonlyMap<string, Participant>): void {
    const set = this.sets.at(height);
    if (isQuorum(this.#livePower(set, height), set)) return;
    for (const participant of online.values()) {
      if (participant.conduct === "garbling") participant.conduct = "honest";
    }
  }

  #find(hex: string): Participant | undefined {
    return this.participants.find(({ operator }) => operator.hex === hex);
  }

  #observe(request: BlockRequest, plan: BlockPlan): FinalizeBlockResponse {
    const outcome = this.observer.app.finalizeBlock(request);
    plan.inspect(this.observer, request, outcome);
    this.observer.app.commit();
    this.log.push({ request, digest: digestOf(outcome) });
    return outcome;
  }

  /** Executes the last decided block, with crashes before and after its commit. */
  #execute(participant: Participant, weather: Weather): void {
    const { node } = participant;
    const height = this.height;
    const block = this.#logged(height);
    this.#compare(participant, block, node.app.finalizeBlock(block.request));
    if (weather.strikes()) {
      restart(participant);
      this.#checkHandshake(participant, node.isRestartable ? height - 1n : node.height);
      this.#compare(participant, block, node.app.finalizeBlock(block.request));
    }
    node.app.commit();
    if (!weather.strikes()) return;
    restart(participant);
    this.#checkHandshake(participant, height);
  }

  /** Replays what the node missed, as CometBFT does: without proposals and votes. */
  async #catchUp(participant: Participant): Promise<void> {
    const { node } = participant;
    if (node.height === this.height) return;
    while (node.height < this.height) {
      const block = this.#logged(node.height + 1n);
      this.#compare(participant, block, node.execute(block.request));
      participant.replayed++;
    }
    await participant.work();
  }

  #compare({ name }: Participant, block: LoggedBlock, outcome: FinalizeBlockResponse): void {
    const { appHash, results } = digestOf(outcome);
    const at = (): string => `${name} at height ${block.request.height}`;
    demand(appHash === block.digest.appHash, "app-hashes-agree", at);
    demand(results === block.digest.results, "results-agree", at);
  }

  /** A node that starts again stands where its last commit left it. */
  #checkHandshake({ name, node }: Participant, height: bigint): void {
    const at = (): string => `${name} is at ${node.height}, not ${height}`;
    demand(node.height === height, "restarts-resume", at);
    if (height === 0n) return;
    demand(node.appHash === this.#logged(height).digest.appHash, "restarts-resume", at);
  }

  #logged(height: bigint): LoggedBlock {
    const block = this.log[Number(height) - 1];
    if (block === undefined) throw new Error(`block ${height} was not decided`);
    return block;
  }
}
