import type { BlockRequest } from "#core/abci/requests.js";
import { Context } from "#core/baseapp/context.js";
import { VoteExtension } from "#core/codec/generated/aivm/inference/v1.js";
import { voteExtensionSignBytes } from "#core/comet/signBytes.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { buildExtension, buildInjected, type ExtendedVote } from "#modules/inference/index.js";
import type { InferenceKeeper } from "#modules/inference/index.js";
import { buildGenesis, type GenesisOptions } from "./genesis.js";
import { TestAccount, TestValidator } from "./identities.js";
import { MemoryNode, type NodeOptions } from "./memoryNode.js";
import { ScriptedReceipts } from "./scriptedReceipts.js";

/** What tests vary about a wide chain. */
export interface WideOptions extends Pick<
  GenesisOptions,
  "kernels" | "inference" | "edit" | "stakes"
> {
  readonly validators: number;
  readonly node?: NodeOptions;
}

/** Milliseconds that the one node took for the calls of a block. */
export interface BlockCost {
  readonly prepare: number;
  readonly process: number;
  readonly extend: number;
  readonly finalize: number;
  readonly commit: number;
}

const CHAIN_ID = "aivm-wide-1";
const MAX_BYTES = 22_000_000n;
const NS = 1_000_000_000n;

/**
 * A chain of many validators on the state of a single node: every validator signs and works, and
 * one application executes for all. For what needs a hundred validators and for measurements;
 * whether nodes agree is for `MemoryNetwork` to show.
 */
export class WideChain {
  readonly node: MemoryNode;
  readonly user = new TestAccount("user");
  readonly receipts: readonly ScriptedReceipts[];
  readonly #validators: readonly TestValidator[];
  #votes: ExtendedVote[] = [];
  #height = 0n;
  #timeNs = 1_700_000_000n * NS;

  constructor(options: WideOptions) {
    this.#validators = Array.from(
      { length: options.validators },
      (_, index) => new TestValidator(`wide-${index}`),
    );
    const [first] = this.#validators as [TestValidator];
    this.receipts = this.#validators.map((one) => new ScriptedReceipts(CHAIN_ID, one));
    this.node = new MemoryNode(CHAIN_ID, first, options.node);
    const genesis = buildGenesis(this.node.wiring, {
      ...options,
      chainId: CHAIN_ID,
      validators: this.#validators,
      accounts: [this.user],
    });
    this.node.initChain(genesis, this.#timeNs);
  }

  get height(): bigint {
    return this.#height;
  }

  get keeper(): InferenceKeeper {
    return this.node.wiring.keepers.inference;
  }

  /** Produces one block and says what it cost. */
  async produce(txs: readonly Uint8Array[] = []): Promise<BlockCost> {
    this.#height += 1n;
    this.#timeNs += NS;
    const request = this.#request();
    const prepare = timed(() =>
      this.#height === 1n ? this.#begin(request) : this.#inject(request),
    );
    const block = { ...request, txs: [prepare.value, ...txs] };
    const process = timed(() => this.node.app.processProposal(block));
    if (process.value.status !== "accept") throw new Error("the proposal was refused");
    const extend = timed(() => this.#extend());
    const finalize = timed(() => this.node.app.finalizeBlock(block));
    const commit = timed(() => this.node.app.commit());
    this.#votes = extend.value;
    const ctx = this.node.context();
    for (const receipts of this.receipts) await receipts.work(ctx, this.keeper);
    return {
      prepare: prepare.ms,
      process: process.ms,
      extend: extend.ms,
      finalize: finalize.ms,
      commit: commit.ms,
    };
  }

  #request(): BlockRequest {
    const set = this.#set();
    const proposer = set[Number(this.#height) % set.length] as TestValidator;
    return {
      height: this.#height,
      timeNs: this.#timeNs,
      misbehavior: [],
      nextValidatorsHash: new Uint8Array(32),
      proposerAddress: proposer.address,
      hash: new Uint8Array(32),
      txs: [],
      lastCommit: {
        round: 0,
        votes: this.#votes.map(({ consensusAddress, flag }) => ({
          consensusAddress,
          flag,
          power: 1n,
        })),
      },
    };
  }

  /** The first proposal, before there is committed state: the node itself makes it. */
  #begin(request: BlockRequest): Uint8Array {
    const lastCommit = { round: 0, votes: [] };
    const { txs } = this.node.app.prepareProposal({
      ...request,
      lastCommit,
      maxTxBytes: MAX_BYTES,
    });
    return txs[0] as Uint8Array;
  }

  #inject(request: BlockRequest): Uint8Array {
    const proposer = this.#find(request.proposerAddress);
    return buildInjected(this.#context(request.proposerAddress), this.keeper, {
      votes: this.#votes,
      round: 0,
      maxBytes: MAX_BYTES,
      receipts: this.#receiptsOf(proposer),
      prove: (alpha) => proposer.prove(alpha),
    });
  }

  /** Nobody extends the first block: there is nothing to say about the genesis. */
  #extend(): ExtendedVote[] {
    if (this.#height === 1n) return [];
    return this.#set().map((validator) => {
      const extension = buildExtension(this.#context(validator.address), this.keeper, {
        consensusAddress: validator.address,
        receipts: this.#receiptsOf(validator),
        carried: this.#carried(validator),
      });
      const message = voteExtensionSignBytes(CHAIN_ID, {
        extension,
        height: this.#height,
        round: 0,
      });
      return {
        consensusAddress: validator.address,
        flag: "commit",
        extension,
        signature: validator.signConsensus(message),
      };
    });
  }

  /** Every honest proposer carries every vote. */
  #carried(validator: TestValidator): VoteExtension | undefined {
    const vote = this.#votes.find((one) => equalBytes(one.consensusAddress, validator.address));
    if (vote === undefined || vote.extension.length === 0) return undefined;
    return VoteExtension.decode(vote.extension);
  }

  /** The set that signs the block in progress, in order. */
  #set(): readonly TestValidator[] {
    if (this.#height === 1n) return this.#validators.slice(0, 1);
    const { staking } = this.node.wiring.keepers;
    const set = staking.consensusSet(this.#context(new Uint8Array(20)), this.#height);
    return set.map((member) => this.#find(member.consensusAddress));
  }

  #find(address: Uint8Array): TestValidator {
    const hex = toHex(address);
    const found = this.#validators.find((one) => toHex(one.address) === hex);
    if (found === undefined) throw new Error(`no validator has the address ${hex}`);
    return found;
  }

  #receiptsOf(validator: TestValidator): ScriptedReceipts {
    return this.receipts[this.#validators.indexOf(validator)] as ScriptedReceipts;
  }

  #context(proposerAddress: Uint8Array): Context {
    const header = {
      chainId: CHAIN_ID,
      height: this.#height,
      timeNs: this.#timeNs,
      proposerAddress,
    };
    return new Context({ header, mode: "query", branch: this.node.store.branch() });
  }
}

function timed<T>(work: () => T): { readonly value: T; readonly ms: number } {
  const start = performance.now();
  const value = work();
  return { value, ms: performance.now() - start };
}
