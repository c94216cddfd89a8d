import { expect } from "vitest";
import { AuthKeeper } from "#modules/auth/index.js";
import { BankKeeper, Transfers } from "#modules/bank/index.js";
import { KernelKeeper, kernelModule } from "#modules/kernel/index.js";
import { CODE_ENGINE, MODEL_ENGINE } from "#modules/kernel/types/engines.js";
import { defaultGenesis } from "#modules/kernel/types/genesis.js";
import { chunkCount } from "#modules/kernel/types/chunks.js";
import { Context } from "#core/baseapp/context.js";
import type { GasMeter } from "#core/baseapp/gas.js";
import { QueryRouter } from "#core/baseapp/queryRouter.js";
import { MsgRouter } from "#core/baseapp/router.js";
import {
  AggregationKind,
  type Artifact,
  DataType,
  GenesisState,
  Manifest,
  Model,
  MsgCreateArtifact,
  type MsgCreateArtifactResponse,
  MsgDeprecateVersion,
  MsgPublishVersion,
  type MsgPublishVersionResponse,
  MsgReleaseArtifact,
  MsgSetAccess,
  MsgSetHead,
  MsgSetPrice,
  MsgSetRoyalty,
  MsgSetShadowPolicy,
  MsgStartShadow,
  MsgStopShadow,
  MsgTakeDownVersion,
  MsgTransferKernel,
  MsgUploadChunk,
  type MsgUploadChunkResponse,
  type RoyaltyShare,
  SeedKind,
  type ShadowRun,
  ValidationReport,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { toJson } from "#core/codec/json.js";
import { TypeRegistry } from "#core/codec/typeRegistry.js";
import type { MessageCodec } from "#core/codec/message.js";
import { type Address, formatAddress, moduleAddress, truncatedHash } from "#core/crypto/address.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { compareText } from "#core/primitives/sorted.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import type { StoreBranch } from "#core/store/store.js";
import { StoreKey } from "#core/store/storeKey.js";
import { openStore } from "#core/store/multistore.js";
import { caught } from "./caught.js";

/** The only denomination of the fixture. */
export const DENOM = "unes";

/** What every account of the fixture begins with. */
export const FUNDS = 10_000_000n;

/** Chunks of the fixture: small, so that a few kilobytes are several. */
export const CHUNK = 1_024;

/** An account by a readable name. */
export function account(name: string): Address {
  return truncatedHash(utf8(name));
}

/** Bech32 of an account by its readable name. */
export function accountText(name: string): string {
  return formatAddress("account", account(name));
}

/** Bytes that differ for different seeds; `length` is a few kilobytes at most. */
export function bytesOf(seed: string, length: number): Uint8Array {
  const block = sha256(utf8(seed));
  return Uint8Array.from({ length }, (_, index) => (block[index % 32] ?? 0) ^ (index >> 5));
}

/** The parts of an artifact, as it is uploaded to the fixture. */
export function chunksOf(bytes: Uint8Array, size = CHUNK): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.slice(index * size, (index + 1) * size));
}

/** The artifacts of a kernel of the fixture. */
export interface KernelParts {
  readonly model: Uint8Array;
  readonly inference: Uint8Array;
  readonly vector: Uint8Array;
  /** Present when the kernel aggregates by code. */
  readonly aggregation?: Uint8Array;
}

/** Artifacts of a kernel, different for different seeds: 1,500, 700 and 90 bytes. */
export function kernelParts(seed: string): KernelParts {
  return {
    model: bytesOf(`${seed} model`, 1_500),
    inference: bytesOf(`${seed} inference`, 700),
    vector: bytesOf(`${seed} vector`, 90),
  };
}

/** Bytes of all artifacts of {@link kernelParts}. */
export const PARTS_BYTES = 2_290n;

/** A valid manifest over the digests of a kernel's parts. */
export function manifestOf(name: string, parts: KernelParts, description = ""): Manifest {
  const { aggregation } = parts;
  const byCode = aggregation !== undefined;
  const field = {
    name: "x",
    dataType: DataType.FLOAT32,
    shape: [{ minimum: 4n, maximum: 4n }],
    maxBytes: 0n,
    allowNonFinite: false,
  };
  return Manifest.create({
    format: 1,
    name,
    modelEngine: MODEL_ENGINE,
    codeEngine: CODE_ENGINE,
    models: [Model.create({ name: "net", digest: sha256(parts.model) })],
    inferenceCodeDigest: sha256(parts.inference),
    aggregation: {
      kind: byCode ? AggregationKind.CODE : AggregationKind.EXACT,
      epsilonMillionths: 0n,
      codeDigest: byCode ? sha256(aggregation) : new Uint8Array(0),
      gasLimit: byCode ? 10_000n : 0n,
    },
    inputs: [field],
    outputs: [field],
    seed: { kind: SeedKind.NONE, fixed: 0n },
    limits: { gas: 1_000_000n, memoryBytes: 33_554_432n, outputBytes: 256n },
    committee: { target: 4, minimum: 1, maximum: 16 },
    hardware: "cpu",
    testVectors: [sha256(parts.vector)],
    license: "Apache-2.0",
    price: "2000",
    description,
  });
}

/** Parameters, 1 KiB chunks and a fee of a thousand, of an otherwise default genesis. */
export function smallGenesis(changes: Partial<GenesisState["params"]> = {}): GenesisState {
  const genesis = defaultGenesis(DENOM);
  const params = {
    ...genesis.params,
    maxArtifactBytes: 100_000n,
    maxVersionBytes: 50_000n,
    chunkBytes: BigInt(CHUNK),
    validationFee: coin(DENOM, 1_000n),
    uploadExpiryBlocks: 100n,
    authority: accountText("carol"),
    ...changes,
  };
  return { ...genesis, params };
}

const MODULE_ACCOUNTS = new Map<string, readonly string[]>([
  ["kernel", []],
  ["community", []],
  ["mint", ["minter"]],
]);

const ACCOUNTS = ["alice", "bob", "carol"];

/** The kernel module over the real auth and bank, in memory; the community pool is an account. */
export class KernelFixture {
  readonly keys = {
    auth: new StoreKey("acc"),
    bank: new StoreKey("bank"),
    state: new StoreKey("kernel"),
    blobs: new StoreKey("kernel_blobs", "blob"),
  };
  readonly store = openStore({
    memory: true,
    stores: [this.keys.auth, this.keys.bank, this.keys.state, this.keys.blobs],
  });
  readonly branch: StoreBranch = this.store.branch();
  readonly auth = new AuthKeeper(this.keys.auth, MODULE_ACCOUNTS);
  readonly bankKeeper = new BankKeeper(this.keys.bank);
  readonly bank = new Transfers(this.bankKeeper, this.auth);
  readonly reward = {
    fundCommunityPool: (ctx: Context, module: string, amount: Coin): void => {
      this.bank.sendBetweenModules(ctx, module, "community", [amount]);
    },
  };
  readonly keeper = new KernelKeeper(
    { state: this.keys.state, blobs: this.keys.blobs },
    { bank: this.bank, reward: this.reward },
  );
  readonly module = kernelModule(this.keeper, DENOM);
  readonly #msgs = new MsgRouter();
  readonly #queries = new QueryRouter();
  ctx: Context = this.contextAt(1n);

  /** `held` is what the module's account has before the section is read. */
  constructor(genesis: GenesisState = smallGenesis(), held = 0n) {
    this.module.registerMsgs(this.#msgs);
    this.module.registerQueries(this.#queries);
    for (const name of MODULE_ACCOUNTS.keys()) this.auth.ensureModuleAccount(this.ctx, name);
    for (const name of ACCOUNTS) this.fund(account(name), FUNDS);
    if (held > 0n) this.fund(moduleAddress("kernel"), held);
    this.init(genesis);
  }

  /** Reads a section through its JSON, as a genesis file does. */
  init(genesis: GenesisState): void {
    const section = this.module.genesisSections[0]!;
    const json = toJson(GenesisState, genesis, new TypeRegistry());
    section.validate(json);
    this.module.initGenesis(this.ctx, new Map([[section.name, json]]));
  }

  contextAt(height: bigint, gas?: GasMeter): Context {
    const header = { chainId: "test", height, timeNs: 0n, proposerAddress: new Uint8Array(20) };
    const parts = { header, mode: "deliver", branch: this.branch } as const;
    return new Context(gas === undefined ? parts : { ...parts, gas });
  }

  fund(address: Address, amount: bigint): void {
    this.bank.mint(this.ctx, "mint", [coin(DENOM, amount)]);
    this.bank.sendFromModule(this.ctx, "mint", address, [coin(DENOM, amount)]);
  }

  balance(name: string): bigint {
    return this.bankKeeper.balance(this.ctx, account(name), DENOM);
  }

  moduleBalance(name: string): bigint {
    return this.bankKeeper.balance(this.ctx, moduleAddress(name), DENOM);
  }

  /** Runs the beginning of the block at a height, by default of the next. */
  beginBlock(height = this.ctx.height + 1n): void {
    this.ctx = this.contextAt(height);
    this.module.beginBlock?.(this.ctx, { lastCommit: [], lastCommitRound: 0, misbehavior: [] });
  }

  /** Validates and handles a message as the transaction runner does. */
  deliver<T extends object>(codec: MessageCodec<T>, message: T, ctx = this.ctx): object {
    const route = this.#msgs.find(codec.typeUrl)!;
    route.validate(message);
    return route.handle(ctx, message);
  }

  create(name: string, digest: Uint8Array, size: bigint): MsgCreateArtifactResponse {
    const message = { uploader: accountText(name), digest, size };
    return this.deliver(MsgCreateArtifact, message) as MsgCreateArtifactResponse;
  }

  chunk(
    name: string,
    digest: Uint8Array,
    chunk: { readonly index: number | bigint; readonly data: Uint8Array },
  ): MsgUploadChunkResponse {
    const { data } = chunk;
    const message = { uploader: accountText(name), digest, index: BigInt(chunk.index), data };
    return this.deliver(MsgUploadChunk, message) as MsgUploadChunkResponse;
  }

  /** Creates an artifact and uploads all its chunks; returns the digest. */
  upload(name: string, bytes: Uint8Array): Uint8Array {
    const digest = sha256(bytes);
    const { complete } = this.create(name, digest, BigInt(bytes.length));
    if (complete) return digest;
    for (const [index, data] of chunksOf(bytes).entries())
      this.chunk(name, digest, { index, data });
    return digest;
  }

  release(name: string, digest: Uint8Array): void {
    this.deliver(MsgReleaseArtifact, { uploader: accountText(name), digest });
  }

  publish(name: string, manifest: Manifest, parents: Uint8Array[] = []): MsgPublishVersionResponse {
    const message = { owner: accountText(name), manifest: Manifest.encode(manifest), parents };
    return this.deliver(MsgPublishVersion, message) as MsgPublishVersionResponse;
  }

  /** Uploads the parts of a kernel and publishes a version of it; returns the version's id. */
  publishNew(name: string, kernel: string, seed = kernel): Uint8Array {
    const parts = kernelParts(seed);
    for (const part of [parts.model, parts.inference, parts.vector]) this.upload(name, part);
    return this.publish(name, manifestOf(kernel, parts, seed)).versionId;
  }

  deprecate(name: string, versionId: Uint8Array): void {
    this.deliver(MsgDeprecateVersion, { owner: accountText(name), versionId });
  }

  setHead(name: string, versionId: Uint8Array): void {
    this.deliver(MsgSetHead, { owner: accountText(name), versionId });
  }

  takeDown(name: string, versionId: Uint8Array, reason = "court order"): void {
    this.deliver(MsgTakeDownVersion, { authority: accountText(name), versionId, reason });
  }

  /** Restricts a kernel to the owner and accounts by name; without them it is public. */
  setAccess(name: string, kernel: string, allowed: readonly string[] | undefined): void {
    const accounts = (allowed ?? []).map(accountText).sort(compareText);
    const restricted = allowed !== undefined;
    const message = { owner: accountText(name), kernel, restricted, allowed: accounts };
    this.deliver(MsgSetAccess, message);
  }

  setRoyalty(name: string, kernel: string, shares: ReadonlyArray<Partial<RoyaltyShare>>): void {
    const given = shares.map((share) => ({ address: "", kernel: "", bps: 100, ...share }));
    this.deliver(MsgSetRoyalty, { owner: accountText(name), kernel, shares: given });
  }

  /** Sets what a kernel's author asks for an execution; nothing: what each manifest says. */
  setPrice(name: string, kernel: string, price: string): void {
    this.deliver(MsgSetPrice, { owner: accountText(name), kernel, price });
  }

  /** Lets a version run beside its kernel's head. */
  startShadow(
    name: string,
    versionId: Uint8Array,
    { requests = 10, budget = 1_000n }: { requests?: number; budget?: bigint } = {},
  ): void {
    const coins = coin(DENOM, budget);
    this.deliver(MsgStartShadow, { owner: accountText(name), versionId, requests, budget: coins });
  }

  stopShadow(name: string, kernel: string): void {
    this.deliver(MsgStopShadow, { owner: accountText(name), kernel });
  }

  setShadowPolicy(name: string, kernel: string, minRequests: number, minAgreementBps = 0): void {
    const message = { owner: accountText(name), kernel, minRequests, minAgreementBps };
    this.deliver(MsgSetShadowPolicy, message);
  }

  /** The latest shadow run of an existing version. */
  shadowRun(versionId: Uint8Array): ShadowRun | undefined {
    const { state } = this.keeper;
    return state.shadows.find(this.ctx, state.getVersion(this.ctx, versionId));
  }

  transfer(name: string, kernel: string, newOwner: string): void {
    this.deliver(MsgTransferKernel, { owner: accountText(name), kernel, newOwner });
  }

  /** Begins a version's validation job and ends it. */
  settle(
    versionId: Uint8Array,
    report: Partial<ValidationReport> = { accepted: true },
    payees: readonly Uint8Array[] = [],
  ): void {
    this.keeper.beginValidation(this.ctx, versionId);
    const outcome = { report: ValidationReport.create(report), payees };
    this.keeper.settleValidation(this.ctx, versionId, outcome);
  }

  query(method: string, request: object): object {
    return this.#queries.find(`/aivm.kernel.v1.Query/${method}`)!.handle(this.ctx, request);
  }

  /** Every entry of every store. */
  dump(): readonly string[] {
    const { auth, bank, state, blobs } = this.keys;
    return [auth, bank, state, blobs].flatMap((key) =>
      [...this.branch.kv(key).iterate({})].map(
        (entry) => `${key.name}/${toHex(entry.key)}=${toHex(entry.value)}`,
      ),
    );
  }

  /** Checks that `work` fails with the error and writes nothing before it does. */
  expectRefused(error: ErrorFactory, work: () => unknown): void {
    const before = this.dump();
    const thrown = caught(work);
    expect(
      error.is(thrown),
      `${String(thrown)} is ${error.spec.codespace}/${error.spec.code}`,
    ).toBe(true);
    expect(this.dump()).toEqual(before);
  }

  /** Sentences of the invariants that do not hold. */
  brokenInvariants(): string[] {
    return this.module.invariants.flatMap(({ name, check }) => {
      const problem = check(this.ctx);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    });
  }

  /** Chunks that the blob store holds of an artifact. */
  storedChunks(artifact: Artifact): number {
    const { artifacts } = this.keeper.state;
    const indexes = Array.from({ length: chunkCount(artifact) }, (_, index) => index);
    return indexes.filter((index) => artifacts.findChunk(this.ctx, artifact, index)).length;
  }
}
