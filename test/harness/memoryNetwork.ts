import type { BlockRequest, ExtendedVote } from "#core/abci/requests.js";
import type { FinalizeBlockResponse } from "#core/abci/responses.js";
import type { ValidatorUpdate } from "#core/baseapp/module.js";
import { voteExtensionSignBytes } from "#core/comet/signBytes.js";
import { consensusAddress } from "#core/crypto/address.js";
import { domainHash } from "#core/crypto/hash.js";
import { compareBytes, toHex, uint64ToBytes } from "#core/primitives/bytes.js";
import { compareBig } from "#core/primitives/sorted.js";
import type { MemoryNode } from "./memoryNode.js";

/** A member of the validator set, in CometBFT's order. */
interface Member {
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
  readonly power: bigint;
}

/** What a test may bend about one block. */
export interface BlockOptions {
  readonly txs?: readonly Uint8Array[];
  /** Validators that do not take part: no vote, no proposal. */
  readonly absent?: ReadonlySet<string>;
  /** Rounds that fail before the block is decided; every node extends its vote in each of them. */
  readonly failedRounds?: number;
  /** Leaves out extensions of these validators when it proposes, by hex of the proposer. */
  readonly censor?: (proposer: string, voter: string) => boolean;
  /** Replaces what the proposer proposes. */
  readonly tamper?: (txs: readonly Uint8Array[], proposer: string) => readonly Uint8Array[];
  /** Replaces a validator's extension before it signs it. */
  readonly extension?: (voter: string, honest: Uint8Array) => Uint8Array;
  readonly misbehavior?: BlockRequest["misbehavior"];
  /** Seconds since the last block. */
  readonly seconds?: bigint;
  /** Decides the first proposal there is, as a network would whose validators accept anything. */
  readonly unchecked?: boolean;
  /** Bytes that the proposer may use for transactions. */
  readonly maxTxBytes?: bigint;
}

/** A decided block as every node executed it. */
export interface ProducedBlock {
  readonly height: bigint;
  readonly txs: readonly Uint8Array[];
  readonly outcome: FinalizeBlockResponse;
  readonly rejections: number;
  /** As every node was asked to execute it. */
  readonly request: BlockRequest;
}

const NS = 1_000_000_000n;

/** Where a chain stands before its first block. */
export interface ChainBegin {
  readonly height: bigint;
  readonly timeNs: bigint;
}

const NEW_CHAIN: ChainBegin = { height: 0n, timeNs: 1_700_000_000n * NS };
const MAX_ROUNDS = 20;

/**
 * Whole nodes in one process, driven as CometBFT drives them, without CometBFT: proposals, checks
 * by every node, signed vote extensions, validator-set changes two heights later. Every node must
 * come to the same app hash and results; {@link produce} throws when they do not.
 */
export class MemoryNetwork {
  readonly chainId: string;
  readonly nodes: readonly MemoryNode[];
  height: bigint;
  timeNs: bigint;
  readonly #sets = new Map<bigint, readonly Member[]>();
  #votes: readonly ExtendedVote[] = [];
  #lastRound = 0;
  #turn = 0;

  /** Begins a chain, with the block after `begin`: the first one unless given. */
  constructor(
    chainId: string,
    nodes: readonly MemoryNode[],
    genesis: Uint8Array,
    begin: ChainBegin = NEW_CHAIN,
  ) {
    this.chainId = chainId;
    this.nodes = nodes;
    this.height = begin.height;
    this.timeNs = begin.timeNs;
    let validators: readonly ValidatorUpdate[] = [];
    const initialHeight = begin.height + 1n;
    for (const node of nodes) validators = node.initChain(genesis, this.timeNs, initialHeight);
    const set = orderSet(validators.map(memberOf));
    this.#sets.set(initialHeight, set);
    this.#sets.set(initialHeight + 1n, set);
  }

  /** The validator set that signs a height. */
  set(height: bigint): readonly Member[] {
    return this.#sets.get(height) ?? [];
  }

  /** Produces one block; every node executes and commits it. */
  async produce(options: BlockOptions = {}): Promise<ProducedBlock> {
    const height = this.height + 1n;
    this.timeNs += (options.seconds ?? 1n) * NS;
    const { request, round, rejections } = this.#decide(height, options);
    this.#votes = this.#extendAll(request, round, options);
    this.#lastRound = round;
    const outcome = this.#execute(request);
    this.height = height;
    this.#applyUpdates(height, outcome.validatorUpdates);
    for (const node of this.nodes) await node.work();
    return { height, txs: request.txs, outcome, rejections, request };
  }

  /** Rounds until a proposal is decided. */
  #decide(
    height: bigint,
    options: BlockOptions,
  ): { readonly request: BlockRequest; readonly round: number; readonly rejections: number } {
    let rejections = 0;
    for (let round = 0; round <= MAX_ROUNDS; round++) {
      const request = this.#propose(height, options);
      if (request === undefined || !this.#isAccepted(request, options)) {
        rejections++;
        continue;
      }
      if (round >= (options.failedRounds ?? 0)) return { request, round, rejections };
      this.#extendAll(request, round, options);
    }
    throw new Error(`height ${height}: no proposal was accepted`);
  }

  /** What the next proposer would propose now; nothing is decided. */
  draft(options: BlockOptions = {}): BlockRequest {
    const drafted = this.#propose(this.height + 1n, options);
    this.#turn--;
    if (drafted === undefined) throw new Error("the next proposer is absent");
    return drafted;
  }

  /** Votes of the last block as a proposer gets them. */
  get lastVotes(): readonly ExtendedVote[] {
    return this.#votes;
  }

  /** Produces several blocks. */
  async run(blocks: number, options: BlockOptions = {}): Promise<ProducedBlock[]> {
    const produced: ProducedBlock[] = [];
    for (let index = 0; index < blocks; index++) produced.push(await this.produce(options));
    return produced;
  }

  node(name: string): MemoryNode {
    const found = this.nodes.find((node) => node.validator.account.name === name);
    if (found === undefined) throw new Error(`no node is called ${name}`);
    return found;
  }

  #nodeOf(address: Uint8Array): MemoryNode {
    const hex = toHex(address);
    const found = this.nodes.find((node) => toHex(node.validator.address) === hex);
    if (found === undefined) throw new Error(`no node has the consensus address ${hex}`);
    return found;
  }

  #propose(height: bigint, options: BlockOptions): BlockRequest | undefined {
    const set = this.set(height);
    const member = set[this.#turn++ % set.length] as Member;
    const proposer = toHex(member.address);
    if (options.absent?.has(proposer) === true) return undefined;
    const votes = this.#votes.map((vote) =>
      options.censor?.(proposer, toHex(vote.consensusAddress)) === true
        ? { ...vote, extension: new Uint8Array(0), extensionSignature: new Uint8Array(0) }
        : vote,
    );
    const node = this.#nodeOf(member.address);
    const base = {
      height,
      timeNs: this.timeNs,
      misbehavior: options.misbehavior ?? [],
      nextValidatorsHash: new Uint8Array(32),
      proposerAddress: member.address,
    };
    const prepared = node.app.prepareProposal({
      ...base,
      maxTxBytes: options.maxTxBytes ?? 4_000_000n,
      txs: options.txs ?? [],
      lastCommit: { round: this.#lastRound, votes },
    });
    const txs = options.tamper?.(prepared.txs, proposer) ?? prepared.txs;
    const hash = domainHash("test/block", uint64ToBytes(height), ...txs);
    return { ...base, hash, txs, lastCommit: { round: this.#lastRound, votes: this.#votes } };
  }

  /** More than two thirds of the power that is present must accept. */
  #isAccepted(request: BlockRequest, options: BlockOptions): boolean {
    if (options.unchecked === true) return true;
    let [power, total] = [0n, 0n];
    for (const member of this.set(request.height)) {
      total += member.power;
      if (options.absent?.has(toHex(member.address)) === true) continue;
      const verdict = this.#nodeOf(member.address).app.processProposal(request);
      if (verdict.status === "accept") power += member.power;
    }
    return power * 3n > total * 2n;
  }

  #extendAll(request: BlockRequest, round: number, options: BlockOptions): ExtendedVote[] {
    return this.set(request.height).map((member) => {
      const base = { consensusAddress: member.address, power: member.power };
      const voter = toHex(member.address);
      const none = { extension: new Uint8Array(0), extensionSignature: new Uint8Array(0) };
      if (options.absent?.has(voter) === true) return { ...base, flag: "absent", ...none };
      const node = this.#nodeOf(member.address);
      const honest = node.app.extendVote(request).extension;
      const extension = options.extension?.(voter, honest) ?? honest;
      const verified = this.#verifyElsewhere(request, member, extension);
      if (!verified) return { ...base, flag: "absent", ...none };
      const signed = { extension, height: request.height, round };
      const message = voteExtensionSignBytes(this.chainId, signed);
      const extensionSignature = node.validator.signConsensus(message);
      return { ...base, flag: "commit", extension, extensionSignature };
    });
  }

  /** What peers think of an extension; a refused one costs the validator its precommit. */
  #verifyElsewhere(request: BlockRequest, member: Member, extension: Uint8Array): boolean {
    const { hash, height } = request;
    const verify = { hash, height, validatorAddress: member.address, extension };
    return this.nodes.every((node) => node.app.verifyVoteExtension(verify).status === "accept");
  }

  #execute(request: BlockRequest): FinalizeBlockResponse {
    const outcomes = this.nodes.map((node) => node.app.finalizeBlock(request));
    const [first, ...others] = outcomes as [FinalizeBlockResponse, ...FinalizeBlockResponse[]];
    for (const [index, other] of others.entries()) {
      const same =
        toHex(other.appHash) === toHex(first.appHash) &&
        other.txResults.every((result, at) => sameResult(result, first.txResults[at]));
      if (!same) throw new Error(`height ${request.height}: node ${index + 1} disagrees`);
    }
    for (const node of this.nodes) node.app.commit();
    return first;
  }

  #applyUpdates(height: bigint, updates: readonly ValidatorUpdate[]): void {
    const next = new Map(this.set(height + 1n).map((member) => [toHex(member.address), member]));
    for (const member of updates.map(memberOf)) {
      if (member.power === 0n) next.delete(toHex(member.address));
      else next.set(toHex(member.address), member);
    }
    this.#sets.set(height + 2n, orderSet([...next.values()]));
    this.#sets.delete(height - 10n);
  }
}

function memberOf({ publicKey, power }: ValidatorUpdate): Member {
  return { publicKey, address: consensusAddress(publicKey), power };
}

function orderSet(members: readonly Member[]): readonly Member[] {
  return [...members].sort(
    (a, b) => compareBig(b.power, a.power) || compareBytes(a.address, b.address),
  );
}

type Result = FinalizeBlockResponse["txResults"][number];

function sameResult(a: Result, b: Result | undefined): boolean {
  return (
    b !== undefined &&
    a.code === b.code &&
    toHex(a.data) === toHex(b.data) &&
    a.gasUsed === b.gasUsed
  );
}
