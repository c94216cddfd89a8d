import { expect } from "vitest";
import { AuthKeeper } from "#modules/auth/index.js";
import { BankKeeper, Transfers } from "#modules/bank/index.js";
import {
  applyInjected,
  buildExtension,
  buildInjected,
  type ExtendedVote,
  InferenceKeeper,
  inferenceModule,
} from "#modules/inference/index.js";
import { endBlock } from "#modules/inference/keeper/block.js";
import { decodeExtension, encodeExtension } from "#modules/inference/types/extension.js";
import type { Aggregator } from "#modules/inference/types/expectedKeepers.js";
import { defaultGenesis } from "#modules/inference/types/genesis.js";
import { KernelKeeper, kernelModule } from "#modules/kernel/index.js";
import { defaultGenesis as defaultKernels } from "#modules/kernel/types/genesis.js";
import { RewardKeeper } from "#modules/reward/index.js";
import { initGenesis as initReward } from "#modules/reward/keeper/genesis.js";
import { defaultGenesis as defaultReward } from "#modules/reward/types/genesis.js";
import { Context } from "#core/baseapp/context.js";
import { QueryRouter } from "#core/baseapp/queryRouter.js";
import { MsgRouter } from "#core/baseapp/router.js";
import {
  Assurance,
  type Batch,
  type Fault,
  GenesisState,
  MsgChallenge,
  MsgRequestInference,
  type MsgRequestInferenceResponse,
  type Params,
  type Request,
  type Result,
  VoteExtension,
} from "#core/codec/generated/aivm/inference/v1.js";
import {
  GenesisState as KernelGenesisState,
  type Manifest,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { fromJson, type JsonValue, toJson } from "#core/codec/json.js";
import type { MessageCodec } from "#core/codec/message.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import { type Address, moduleAddress } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import type { ErrorDetail, ErrorFactory } from "#core/primitives/errors.js";
import type { Event } from "#core/primitives/event.js";
import { openStore } from "#core/store/multistore.js";
import { StoreKey } from "#core/store/storeKey.js";
import type { StoreBranch } from "#core/store/store.js";
import { inertAggregator } from "./aggregators.js";
import { caught } from "./caught.js";
import { TestAccount, TestValidator } from "./identities.js";
import { type Behaviour, ScriptedReceipts } from "./scriptedReceipts.js";
import { ScriptedStaking } from "./scriptedStaking.js";
import { ShareLedger } from "./shareLedger.js";
import { kernelGenesis, testInput, testManifest } from "./testKernel.js";

/** The only denomination of the fixture. */
export const DENOM = "unes";

/** What every account of the fixture begins with. */
export const FUNDS = 1_000_000_000n;

const CHAIN_ID = "aivm-test-1";
const MAX_BYTES = 22_000_000n;
const ANY_PRICE = 100_000_000n;

/** What tests vary about the fixture. */
export interface FixtureOptions {
  /** Number of validators, all of them providers; 4 by default. */
  readonly validators?: number;
  readonly powers?: readonly bigint[];
  readonly kernels?: readonly Manifest[];
  readonly inference?: Partial<Params>;
  readonly aggregator?: Aggregator;
}

/** What tests vary about a request. */
export interface AskOptions {
  readonly kernel?: string;
  /** A version in place of the kernel's head. */
  readonly versionId?: Uint8Array;
  readonly inputs?: readonly Uint8Array[];
  readonly assurance?: Assurance;
  readonly priorityFee?: bigint;
  readonly from?: TestAccount;
}

const MODULE_ACCOUNTS = new Map<string, readonly string[]>([
  ["inference", ["burner"]],
  ["kernel", []],
  ["reward", []],
  ["fee_collector", []],
  ["mint", ["minter"]],
]);

/**
 * The inference module over the real auth, bank, kernel and reward, with scripted stake, model and
 * signatures: blocks take a millisecond, and a test can put state into any shape. Whole nodes are
 * in `InferenceChain`.
 */
export class InferenceFixture {
  readonly keys = {
    auth: new StoreKey("acc"),
    bank: new StoreKey("bank"),
    kernel: new StoreKey("kernel"),
    blobs: new StoreKey("kernel_blobs", "blob"),
    reward: new StoreKey("reward"),
    inference: new StoreKey("inference"),
  };
  readonly #stores = [
    this.keys.auth,
    this.keys.bank,
    this.keys.kernel,
    this.keys.blobs,
    this.keys.reward,
    this.keys.inference,
  ];
  readonly branch: StoreBranch = openStore({ memory: true, stores: this.#stores }).branch();
  readonly auth = new AuthKeeper(this.keys.auth, MODULE_ACCOUNTS);
  readonly bankKeeper = new BankKeeper(this.keys.bank);
  readonly bank = new Transfers(this.bankKeeper, this.auth);
  readonly reward = new RewardKeeper(this.keys.reward, {
    bank: this.bank,
    staking: new ShareLedger(DENOM),
  });
  readonly kernel = new KernelKeeper(
    { state: this.keys.kernel, blobs: this.keys.blobs },
    { bank: this.bank, reward: this.reward },
  );
  readonly validators: readonly TestValidator[];
  readonly receipts: readonly ScriptedReceipts[];
  readonly staking: ScriptedStaking;
  readonly keeper: InferenceKeeper;
  readonly module: ReturnType<typeof inferenceModule>;
  readonly user = new TestAccount("user");
  readonly other = new TestAccount("other");
  /** Validators that do not take part: no vote, no extension. */
  readonly absent = new Set<number>();
  /** Validators that sign and say nothing. */
  readonly mute = new Set<number>();
  /** Whether a block's transaction 0 is missing, so that it has no beacon. */
  withoutInjected = false;
  /** Events of the last block. */
  events: readonly Event[] = [];
  ctx: Context;
  /** Instead of what validators would say in the next block, by number. */
  readonly #said = new Map<number, Partial<VoteExtension>>();
  #votes: readonly ExtendedVote[] = [];
  readonly #msgs = new MsgRouter();
  readonly #queries = new QueryRouter();

  constructor(options: FixtureOptions = {}) {
    const numbers = Array.from({ length: options.validators ?? 4 }, (_, number) => number);
    this.validators = numbers.map((number) => new TestValidator(`validator-${number}`));
    this.receipts = this.validators.map((one) => new ScriptedReceipts(CHAIN_ID, one));
    this.staking = new ScriptedStaking(DENOM, this.validators, options.powers ?? []);
    this.keeper = new InferenceKeeper(this.keys.inference, {
      bank: this.bank,
      staking: this.staking,
      kernel: this.kernel,
      reward: this.reward,
      aggregator: options.aggregator ?? inertAggregator,
      proofs: {
        isSignedExtension: () => true,
        vrfOutput: (_, alpha, proof) => (equalBytes(alpha, proof) ? sha256(alpha) : undefined),
      },
    });
    this.module = inferenceModule(this.keeper, DENOM);
    this.module.registerMsgs(this.#msgs);
    this.module.registerQueries(this.#queries);
    this.ctx = this.contextAt(1n);
    this.#begin(options);
  }

  #begin(options: FixtureOptions): void {
    for (const name of MODULE_ACCOUNTS.keys()) this.auth.ensureModuleAccount(this.ctx, name);
    for (const account of [this.user, this.other]) this.fund(account.address, FUNDS);
    initReward(this.ctx, this.reward, defaultReward());
    const manifests = options.kernels ?? [testManifest({ name: "echo" })];
    const parts = kernelGenesis(this.user, manifests);
    const kernels = KernelGenesisState.create({
      ...defaultKernels(DENOM),
      ...parts,
      nextKernelId: BigInt(parts.kernels.length + 1),
      nextUploadId: BigInt(parts.artifacts.length + 1),
    });
    const json = toJson(KernelGenesisState, kernels, new TypeRegistry());
    kernelModule(this.kernel, DENOM).initGenesis(this.ctx, new Map([["kernel", json]]));
    const genesis = defaultGenesis(DENOM);
    this.init({ ...genesis, params: { ...genesis.params, ...options.inference } });
  }

  get height(): bigint {
    return this.ctx.height;
  }

  /** Reads a section through its JSON, as a genesis file does. */
  init(genesis: GenesisState): void {
    const [section] = this.module.genesisSections;
    const json = toJson(GenesisState, genesis, new TypeRegistry());
    section!.validate(json);
    this.module.initGenesis(this.ctx, new Map([[section!.name, json]]));
  }

  export(): GenesisState {
    const json = this.module.exportGenesis(this.ctx).get("inference") as JsonValue;
    return fromJson(GenesisState, json, { registry: new TypeRegistry() });
  }

  /** Replaces the module's state by what its own export rebuilds. */
  reimport(): void {
    const genesis = this.export();
    const kv = this.ctx.kv(this.keys.inference);
    for (const { key } of [...kv.iterate({})]) kv.delete(key);
    this.init(genesis);
  }

  contextAt(height: bigint, branch = this.branch): Context {
    const proposerAddress = this.#proposer(height).address;
    const header = { chainId: CHAIN_ID, height, timeNs: 0n, proposerAddress };
    return new Context({ header, mode: "deliver", branch });
  }

  fund(address: Address, amount: bigint): void {
    this.bank.mint(this.ctx, "mint", [coin(DENOM, amount)]);
    this.bank.sendFromModule(this.ctx, "mint", address, [coin(DENOM, amount)]);
  }

  balance(account: TestAccount): bigint {
    return this.bankKeeper.balance(this.ctx, account.address, DENOM);
  }

  moduleBalance(name: string): bigint {
    return this.bankKeeper.balance(this.ctx, moduleAddress(name), DENOM);
  }

  /** Sets how a validator works from now on. */
  behave(number: number, behaviour: Behaviour): void {
    this.receipts[number]!.behaviour = behaviour;
  }

  /** What a validator says in the next block, in place of what its node would. */
  say(number: number, extension: Partial<VoteExtension>): void {
    this.#said.set(number, extension);
  }

  /** Runs blocks; `during` acts between transaction 0 and the end of each. */
  run(blocks = 1, during?: () => void): void {
    for (let index = 0; index < blocks; index++) this.#block(during);
  }

  /** Runs blocks until something holds; fails after 200. */
  runUntil(holds: () => boolean): void {
    for (let index = 0; !holds(); index++) {
      if (index > 200) throw new Error("200 blocks were not enough");
      this.run();
    }
  }

  #block(during?: () => void): void {
    const height = this.ctx.height + 1n;
    const ctx = this.contextAt(height);
    this.ctx = ctx;
    const lastCommit = this.#votes.map(({ consensusAddress, flag }) => ({
      consensusAddress,
      flag,
      power: 1n,
    }));
    const report = { lastCommit, lastCommitRound: 0, misbehavior: [] };
    const bytes = this.#inject(height);
    this.#votes = this.#extend(ctx);
    if (!this.withoutInjected) applyInjected(ctx, this.keeper, { bytes, report });
    during?.();
    endBlock(ctx, this.keeper, report);
    this.events = ctx.events;
    for (const receipts of this.receipts) void receipts.work(ctx, this.keeper);
  }

  #inject(height: bigint): Uint8Array {
    const proposer = this.#proposer(height);
    for (const [number, said] of this.#said) this.#replaceVote(number, said);
    this.#said.clear();
    return buildInjected(this.contextAt(height, this.branch.branch()), this.keeper, {
      votes: this.#votes,
      round: 0,
      maxBytes: MAX_BYTES,
      receipts: this.receipts[this.validators.indexOf(proposer)]!,
      prove: (alpha) => alpha,
    });
  }

  #replaceVote(number: number, said: Partial<VoteExtension>): void {
    const extension = encodeExtension(VoteExtension.create(said));
    const { address } = this.validators[number]!;
    this.#votes = this.#votes.map((vote) =>
      equalBytes(vote.consensusAddress, address) ? { ...vote, extension } : vote,
    );
  }

  #extend(ctx: Context): ExtendedVote[] {
    const before = this.#votes;
    return this.staking.consensusSet(ctx, ctx.height).map(({ consensusAddress }) => {
      const number = this.validators.findIndex((one) => one.address === consensusAddress);
      const receipts = this.receipts[number]!;
      const flag = this.absent.has(number) ? ("absent" as const) : ("commit" as const);
      const none = { consensusAddress, flag, extension: new Uint8Array(0) };
      const signature = new Uint8Array(64);
      if (flag === "absent" || this.mute.has(number)) return { ...none, signature };
      const last = before.find((vote) => vote.consensusAddress === consensusAddress);
      const carried = last?.extension.length ? decodeExtension(last.extension) : undefined;
      const parts = { consensusAddress, receipts, carried, attached: new Set<bigint>() };
      const extension = buildExtension(ctx, this.keeper, parts);
      return { ...none, extension, signature };
    });
  }

  #proposer(height: bigint): TestValidator {
    return this.validators[Number(height) % this.validators.length]!;
  }

  /** Validates and handles a message as the transaction runner does. */
  deliver<T extends object>(codec: MessageCodec<T>, message: T): object {
    const route = this.#msgs.find(codec.typeUrl)!;
    route.validate(message);
    return route.handle(this.ctx, message);
  }

  askMessage(options: AskOptions = {}): MsgRequestInference {
    return MsgRequestInference.create({
      requester: (options.from ?? this.user).text,
      kernel: options.kernel ?? "echo",
      versionId: options.versionId ?? new Uint8Array(0),
      inputs: [...(options.inputs ?? [testInput(1)])],
      assurance: options.assurance ?? Assurance.COMMITTEE,
      maxPrice: coin(DENOM, ANY_PRICE),
      priorityFee: coin(DENOM, options.priorityFee ?? 0n),
    });
  }

  /** Makes a request; gives its id. */
  ask(options: AskOptions = {}): bigint {
    const response = this.deliver(MsgRequestInference, this.askMessage(options));
    return (response as MsgRequestInferenceResponse).requestId;
  }

  /** Challenges a result with a bond. */
  challenge(requestId: bigint, from = this.other): void {
    const message = { challenger: from.text, requestId, asMember: false, requestDigests: [] };
    this.deliver(MsgChallenge, message);
  }

  query(method: string, request: object): object {
    return this.#queries.find(`/aivm.inference.v1.Query/${method}`)!.handle(this.ctx, request);
  }

  request(id: bigint): Request {
    return this.keeper.getRequest(this.ctx, id);
  }

  result(id: bigint): Result | undefined {
    return this.keeper.findResult(this.ctx, id);
  }

  batch(id: bigint): Batch {
    return this.keeper.getBatch(this.ctx, id);
  }

  /** Number of the validator that holds a seat. */
  holder(batchId: bigint, seat: number): number {
    const { consensusAddress } = this.batch(batchId).seats[seat]!;
    return this.validators.findIndex(({ address }) => equalBytes(address, consensusAddress));
  }

  /** Number of the seat that a validator holds; -1 without one. */
  seatOf(batchId: bigint, number: number): number {
    const { address } = this.validators[number]!;
    return this.batch(batchId).seats.findIndex((seat) =>
      equalBytes(seat.consensusAddress, address),
    );
  }

  faults(): Fault[] {
    const kv = this.ctx.kv(this.keys.inference);
    return [...this.keeper.tables.faults.iterate(kv)].map(([, fault]) => fault);
  }

  /** Types of the events of the last block. */
  eventTypes(): string[] {
    return this.events.map(({ type }) => type);
  }

  /** Every entry of every store. */
  dump(): readonly string[] {
    return this.#stores.flatMap((key) =>
      [...this.branch.kv(key).iterate({})].map(
        (entry) => `${key.name}/${toHex(entry.key)}=${toHex(entry.value)}`,
      ),
    );
  }

  /** Checks that `work` fails with the error and its facts, and writes nothing before it does. */
  expectRefused(error: ErrorFactory, work: () => unknown, detail: ErrorDetail = {}): void {
    const before = this.dump();
    const thrown = caught(work);
    expect(
      error.is(thrown),
      `${String(thrown)} is ${error.spec.codespace}/${error.spec.code}`,
    ).toBe(true);
    expect((thrown as { detail: ErrorDetail }).detail).toMatchObject(detail);
    expect(this.dump()).toEqual(before);
  }

  /** Sentences of the invariants that do not hold. */
  brokenInvariants(): string[] {
    return this.module.invariants.flatMap(({ name, check }) => {
      const problem = check(this.ctx);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    });
  }
}
