import {
  Assurance,
  type Fault,
  MsgRequestInference,
  type Params,
  type Request,
  type Result,
} from "#core/codec/generated/aivm/inference/v1.js";
import type { Batch } from "#core/codec/generated/aivm/inference/v1.js";
import { MsgRequestInferenceResponse } from "#core/codec/generated/aivm/inference/v1.js";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { TxMsgData } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import type { TxResult } from "#core/baseapp/txResult.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { toHex } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import type { Aggregator } from "#modules/inference/types/expectedKeepers.js";
import { isTerminal } from "#modules/inference/types/request.js";
import { buildGenesis, type GenesisOptions } from "./genesis.js";
import { TestAccount, TestValidator } from "./identities.js";
import { type BlockOptions, MemoryNetwork, type ProducedBlock } from "./memoryNetwork.js";
import { MemoryNode } from "./memoryNode.js";
import { signedTx } from "./signedTx.js";
import { testManifest } from "./testKernel.js";

/** What tests vary about a chain. */
export interface ChainOptions {
  readonly validators: number;
  readonly stakes?: readonly bigint[];
  readonly kernels?: readonly Manifest[];
  readonly inference?: Partial<Params>;
  readonly aggregator?: Aggregator;
  readonly edit?: GenesisOptions["edit"];
  /** What is bent about the first block. */
  readonly first?: BlockOptions;
}

/** What tests vary about a request. */
export interface RequestOptions {
  readonly assurance?: Assurance;
  readonly priorityFee?: bigint;
  readonly maxPrice?: bigint;
  readonly from?: TestAccount;
}

const CHAIN_ID = "aivm-test-1";
const DEFAULT_MAX_PRICE = 1_000_000_000n;

/** A chain in memory with validators, funded accounts and the kernel `echo`. */
export class InferenceChain {
  readonly network: MemoryNetwork;
  /** The app_state that every node began with. */
  readonly genesis: Uint8Array;
  readonly user: TestAccount;
  readonly other: TestAccount;
  /** Blocks produced so far, with their outcomes. */
  readonly blocks: ProducedBlock[] = [];
  readonly #sequences = new Map<string, bigint>();

  private constructor(
    network: MemoryNetwork,
    genesis: Uint8Array,
    accounts: readonly [TestAccount, TestAccount],
  ) {
    this.network = network;
    this.genesis = genesis;
    [this.user, this.other] = accounts;
  }

  /** Starts a chain and produces its first block. */
  static async start(options: ChainOptions): Promise<InferenceChain> {
    const validators = Array.from(
      { length: options.validators },
      (_, index) => new TestValidator(`validator-${index}`),
    );
    const accounts = [new TestAccount("user"), new TestAccount("other")] as const;
    const nodeOptions = options.aggregator === undefined ? {} : { aggregator: options.aggregator };
    const nodes = validators.map((validator) => new MemoryNode(CHAIN_ID, validator, nodeOptions));
    const genesis = buildGenesis((nodes[0] as MemoryNode).wiring, {
      chainId: CHAIN_ID,
      validators,
      accounts,
      kernels: options.kernels ?? [testManifest({ name: "echo" })],
      ...(options.stakes === undefined ? {} : { stakes: options.stakes }),
      ...(options.inference === undefined ? {} : { inference: options.inference }),
      ...(options.edit === undefined ? {} : { edit: options.edit }),
    });
    const network = new MemoryNetwork(CHAIN_ID, nodes, genesis);
    const chain = new InferenceChain(network, genesis, accounts);
    await chain.run(1, options.first);
    return chain;
  }

  get height(): bigint {
    return this.network.height;
  }

  /** The first node: tests read state through it. */
  get node(): MemoryNode {
    return this.network.nodes[0] as MemoryNode;
  }

  /** Produces blocks. */
  async run(blocks: number, options: BlockOptions = {}): Promise<void> {
    for (let index = 0; index < blocks; index++) {
      this.blocks.push(await this.network.produce(options));
    }
  }

  /** Produces blocks until something holds; gives how many it took. Throws after `limit`. */
  async runUntil(holds: () => boolean, limit: number, options: BlockOptions = {}): Promise<number> {
    for (let blocks = 0; blocks <= limit; blocks++) {
      if (holds()) return blocks;
      await this.run(1, options);
    }
    throw new Error(`not within ${limit} blocks: ${holds.toString()}`);
  }

  /** Whether requests have ended. */
  haveEnded(ids: readonly bigint[]): boolean {
    return ids.every((id) => isTerminal(this.getRequest(id).status));
  }

  /** Produces one block with a transaction and gives its result. */
  async send(
    signer: TestAccount,
    messages: readonly PackedMessage[],
    options: BlockOptions & { readonly gasLimit?: bigint } = {},
  ): Promise<TxResult> {
    const tx = this.sign(signer, messages, options.gasLimit);
    await this.run(1, { ...options, txs: [tx] });
    const block = this.blocks.at(-1) as ProducedBlock;
    const index = block.txs.findIndex((bytes) => toHex(bytes) === toHex(tx));
    const result = block.outcome.txResults[index];
    if (result === undefined) throw new Error("the transaction is not in the block");
    this.#noteSequence(signer);
    return result;
  }

  /** Signs with the account's next sequence, without using it up. */
  sign(signer: TestAccount, messages: readonly PackedMessage[], gasLimit = 5_000_000n): Uint8Array {
    const account = this.node.wiring.keepers.auth.findAccount(this.node.context(), signer.address);
    if (account === undefined) throw new Error(`${signer.name} has no account`);
    const sequence = this.#sequences.get(signer.text) ?? account.sequence;
    return signedTx({
      messages,
      signer,
      chainId: CHAIN_ID,
      accountNumber: account.number,
      sequence,
      gasLimit,
      fee: 1_000n,
    });
  }

  /** Submits a request in a block of its own; gives its id. */
  async request(
    kernel: string,
    inputs: readonly Uint8Array[],
    options: RequestOptions = {},
  ): Promise<bigint> {
    const [id] = await this.requestEach(kernel, [inputs], options);
    if (id === undefined) throw new Error("the request has no response");
    return id;
  }

  /** Submits several requests in one transaction of a block of its own; gives their ids. */
  async requestEach(
    kernel: string,
    requests: ReadonlyArray<readonly Uint8Array[]>,
    options: RequestOptions = {},
  ): Promise<bigint[]> {
    const signer = options.from ?? this.user;
    const messages = requests.map((inputs) => this.requestMessage(kernel, inputs, options));
    const result = await this.send(signer, messages);
    if (result.code !== 0) throw new Error(`request failed: ${result.log}`);
    return TxMsgData.decode(result.data).msgResponses.map(
      ({ value }) => MsgRequestInferenceResponse.decode(value).requestId,
    );
  }

  requestMessage(
    kernel: string,
    inputs: readonly Uint8Array[],
    options: RequestOptions = {},
  ): PackedMessage {
    return pack(
      MsgRequestInference,
      MsgRequestInference.create({
        requester: (options.from ?? this.user).text,
        kernel,
        inputs: [...inputs],
        assurance: options.assurance ?? Assurance.COMMITTEE,
        maxPrice: coin("unes", options.maxPrice ?? DEFAULT_MAX_PRICE),
        priorityFee: coin("unes", options.priorityFee ?? 0n),
      }),
    );
  }

  params(): Params {
    return this.#inference().params(this.node.context());
  }

  getRequest(id: bigint): Request {
    return this.#inference().getRequest(this.node.context(), id);
  }

  getResult(id: bigint): Result {
    const result = this.#inference().findResult(this.node.context(), id);
    if (result === undefined) throw new Error(`request ${id} has no result`);
    return result;
  }

  getBatch(id: bigint): Batch {
    return this.#inference().getBatch(this.node.context(), id);
  }

  /** Every fault on record. */
  faults(): Fault[] {
    const keeper = this.#inference();
    const kv = this.node.context().kv(keeper.storeKey);
    return [...keeper.tables.faults.iterate(kv)].map(([, fault]) => fault);
  }

  balance(account: TestAccount): bigint {
    const { bank } = this.node.wiring.keepers;
    return bank.balance(this.node.context(), account.address, "unes");
  }

  /** Throws unless every invariant holds on every node and nothing went wrong unseen. */
  expectSound(): void {
    for (const node of this.network.nodes) {
      const ctx = node.context();
      for (const invariant of node.wiring.modules.invariants()) {
        const broken = invariant.check(ctx);
        if (broken !== undefined) throw new Error(`${invariant.name}: ${broken}`);
      }
      if (node.faults.length > 0) throw new Error(node.faults.join("\n"));
    }
  }

  #inference(): MemoryNode["wiring"]["keepers"]["inference"] {
    return this.node.wiring.keepers.inference;
  }

  #noteSequence(signer: TestAccount): void {
    this.#sequences.delete(signer.text);
  }
}
