import { type CommitVote, Context, type Misbehavior } from "#core/baseapp/context.js";
import type { Module, ValidatorUpdate } from "#core/baseapp/module.js";
import { QueryRouter } from "#core/baseapp/queryRouter.js";
import { MsgRouter } from "#core/baseapp/router.js";
import {
  type ConsensusMember,
  MsgRegisterProvider,
} from "#core/codec/generated/aivm/staking/v1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { MsgCreateValidator } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { JsonObject, JsonValue } from "#core/codec/json.js";
import type { MessageCodec } from "#core/codec/message.js";
import { pack } from "#core/codec/typeRegistry.js";
import { type Address, consensusAddress, formatAddress } from "#core/crypto/address.js";
import { vrfProve, vrfPublicKey } from "#core/crypto/ecvrf.js";
import { ed25519PublicKey } from "#core/crypto/ed25519.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBytes, equalBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { coin } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import type { Event } from "#core/primitives/event.js";
import { compareBig } from "#core/primitives/sorted.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import { openStore } from "#core/store/multistore.js";
import { StoreKey } from "#core/store/storeKey.js";
import { AuthKeeper } from "#modules/auth/index.js";
import { BankKeeper, Transfers } from "#modules/bank/index.js";
import { StakingHookList, StakingKeeper, stakingModule } from "#modules/staking/index.js";
import { BONDED_POOL, NOT_BONDED_POOL } from "#modules/staking/types/keys.js";
import { possessionInput } from "#modules/staking/types/provider.js";

/** Denomination that the chain stakes. */
export const DENOM = "unes";

/** Tokens of one unit of power. */
export const POWER = 1_000_000n;

/** A commission of 5 %. */
const RATE = (5n * 10n ** 16n).toString();

const CHAIN_ID = "aivm-test-1";
const INITIAL_HEIGHT = 10n;
const GENESIS_TIME_NS = 1_700_000_000n * NS_PER_SECOND;

/** An operator with its keys, the same for the same number. */
export interface TestOperator {
  readonly address: Address;
  readonly operator: string;
  readonly account: string;
  readonly consensusKey: Uint8Array;
  readonly consensusAddress: Address;
  readonly vrfSeed: Uint8Array;
}

/** The operator with a number. */
export function testOperator(number: number): TestOperator {
  const secret = (name: string): Uint8Array => sha256(utf8(`${name} ${number}`));
  const address = testAccount(`operator ${number}`);
  const consensusKey = ed25519PublicKey(secret("consensus"));
  return {
    address,
    operator: formatAddress("operator", address),
    account: formatAddress("account", address),
    consensusKey,
    consensusAddress: consensusAddress(consensusKey),
    vrfSeed: secret("vrf"),
  };
}

/** The account with a name. */
export function testAccount(name: string): Address {
  return sha256(utf8(name)).slice(0, 20) as Address;
}

/** What creates an operator's validator, which stakes the given tokens. */
export function createMsg(of: TestOperator, tokens: bigint): MsgCreateValidator {
  return MsgCreateValidator.create({
    description: {
      moniker: "validator",
      identity: "",
      website: "",
      securityContact: "",
      details: "",
    },
    commission: { rate: RATE, maxRate: RATE, maxChangeRate: "0" },
    minSelfDelegation: "1",
    validatorAddress: of.operator,
    pubkey: pack(PubKey, { key: of.consensusKey }),
    value: coin(DENOM, tokens),
  });
}

/** What registers an operator's VRF key, or that of another seed. */
export function registerMsg(of: TestOperator, seed = of.vrfSeed): MsgRegisterProvider {
  return {
    operatorAddress: of.operator,
    vrfPublicKey: vrfPublicKey(seed),
    possessionProof: vrfProve(seed, possessionInput(CHAIN_ID, of.operator)),
  };
}

/** What happens in a block. */
export interface TestBlock {
  /** Since the block before; 5 when absent. */
  readonly seconds?: bigint;
  /** Validators whose votes are missing from the last commit, or nil. */
  readonly absent?: readonly Address[];
  readonly nil?: readonly Address[];
  readonly misbehavior?: readonly Misbehavior[];
  readonly run?: (ctx: Context) => void;
}

/** What a block gave. */
export interface TestOutcome {
  readonly updates: readonly ValidatorUpdate[];
  readonly events: readonly Event[];
}

type CometSet = ReadonlyMap<string, ValidatorUpdate>;

/**
 * Accounts, coins and staking over an in-memory store, driven block by block, with what CometBFT
 * does to the validator set: every update acts two heights on, an update that CometBFT would
 * refuse throws, and the recorded consensus sets are compared with it after every block.
 */
export class StakingChain {
  readonly stores = {
    auth: new StoreKey("acc"),
    bank: new StoreKey("bank"),
    staking: new StoreKey("staking"),
  } as const;
  readonly hooks = new StakingHookList();
  readonly auth: AuthKeeper;
  readonly bank: BankKeeper;
  readonly transfers: Transfers;
  readonly keeper: StakingKeeper;
  readonly module: Module;
  readonly msgs = new MsgRouter();
  readonly queries = new QueryRouter();
  readonly #branch;
  readonly #comet = new Map<bigint, CometSet>();
  readonly #initialHeight: bigint;
  #height: bigint;
  #hasBlocks = false;
  #timeNs: bigint;

  /** A chain that has not begun; by default at height 10. */
  constructor(at: { readonly height?: bigint; readonly timeNs?: bigint } = {}) {
    this.#initialHeight = at.height ?? INITIAL_HEIGHT;
    this.#height = this.#initialHeight;
    this.#timeNs = at.timeNs ?? GENESIS_TIME_NS;
    const { auth, bank, staking } = this.stores;
    this.#branch = openStore({ memory: true, stores: [auth, bank, staking] }).branch();
    this.auth = new AuthKeeper(
      auth,
      new Map([
        [BONDED_POOL, ["burner", "staking"]],
        [NOT_BONDED_POOL, ["burner", "staking"]],
      ]),
    );
    this.bank = new BankKeeper(bank);
    this.transfers = new Transfers(this.bank, this.auth);
    const needs = { bank: this.transfers, auth: this.auth, hooks: this.hooks };
    this.keeper = new StakingKeeper(staking, needs);
    this.module = stakingModule(this.keeper);
    this.module.registerMsgs(this.msgs);
    this.module.registerQueries(this.queries);
  }

  get height(): bigint {
    return this.#height;
  }

  get timeNs(): bigint {
    return this.#timeNs;
  }

  /** A context over the chain's present state. */
  context(mode: Context["mode"] = "deliver"): Context {
    const header = {
      chainId: CHAIN_ID,
      height: this.#height,
      timeNs: this.#timeNs,
      proposerAddress: new Uint8Array(20),
    };
    return new Context({ header, mode, branch: this.#branch });
  }

  /** Gives an account coins that did not exist before. */
  fund(address: Address, tokens: bigint): void {
    const ctx = this.context();
    this.auth.ensureAccount(ctx, address);
    const amount = this.balance(address) + tokens;
    this.bank.setBalance(ctx, address, { denom: DENOM, amount });
    this.bank.setSupply(ctx, DENOM, this.bank.supply(ctx, DENOM) + tokens);
  }

  balance(address: Address): bigint {
    return this.bank.balance(this.context(), address, DENOM);
  }

  /** The module's default sections, which `change` may edit. */
  sections(change: (sections: Record<string, JsonObject>) => void = () => undefined) {
    const entries = this.module.genesisSections.map(
      (section) => [section.name, section.defaultState() as JsonObject] as const,
    );
    const sections = Object.fromEntries(entries);
    change(sections);
    return new Map<string, JsonValue>(Object.entries(sections));
  }

  /** Checks and writes genesis sections; gives the validator set that they return. */
  init(sections: ReadonlyMap<string, JsonValue>): readonly ValidatorUpdate[] {
    for (const section of this.module.genesisSections) {
      section.validate(sections.get(section.name) ?? null);
    }
    const updates = this.module.initGenesis(this.context("genesis"), sections) ?? [];
    this.#startComet(updates);
    return updates;
  }

  /** Starts a chain whose validators 0, 1, … stake the given powers by genesis transactions. */
  start(
    powers: readonly bigint[],
    change: (sections: Record<string, JsonObject>) => void = () => undefined,
  ): readonly ValidatorUpdate[] {
    this.init(this.sections(change));
    const ctx = this.context("genesis");
    for (const [number, power] of powers.entries()) {
      const one = testOperator(number);
      this.fund(one.address, power * POWER);
      this.deliver(ctx, MsgCreateValidator, createMsg(one, power * POWER));
      this.deliver(ctx, MsgRegisterProvider, registerMsg(one));
    }
    const updates = this.keeper.applyValidatorSetUpdates(ctx);
    this.#startComet(updates);
    return updates;
  }

  /** Runs a message that must succeed; gives its response. */
  deliver<T extends object>(ctx: Context, codec: MessageCodec<T>, msg: T): object {
    const route = this.#route(codec);
    route.validate(msg);
    return route.handle(ctx, msg);
  }

  /** Runs a message that must fail and change nothing; gives its error. */
  refuse<T extends object>(codec: MessageCodec<T>, msg: T): ChainError {
    const ctx = this.context();
    const before = this.dump();
    try {
      this.deliver(ctx, codec, msg);
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      if (this.dump() !== before || ctx.events.length > 0) throw new Error("it left a trace");
      return error;
    }
    throw new Error("the message was not refused");
  }

  /** Asks a query. */
  query<Q extends object, R extends object>(
    path: string,
    codecs: { readonly request: MessageCodec<Q>; readonly response: MessageCodec<R> },
    request: Q,
  ): R {
    const route = this.queries.find(path);
    if (route === undefined) throw new Error(`no query ${path}`);
    const response = route.handle(this.context("query"), request) as R;
    return codecs.response.decode(codecs.response.encode(response));
  }

  /** Executes a block; what is broken after it throws. */
  block(block: TestBlock = {}): TestOutcome {
    if (this.#hasBlocks) this.#height++;
    this.#hasBlocks = true;
    this.#timeNs += (block.seconds ?? 5n) * NS_PER_SECOND;
    const report = {
      lastCommit: this.#votes(block),
      lastCommitRound: 0,
      misbehavior: block.misbehavior ?? [],
    };
    const ctx = this.context();
    this.module.beginBlock?.(ctx, report);
    block.run?.(ctx);
    const updates = this.module.endBlock?.(ctx, report) ?? [];
    this.#advanceComet(updates);
    this.#compareSets(ctx);
    const broken = this.broken();
    if (broken.length > 0) throw new Error(broken.join("; "));
    return { updates, events: ctx.events };
  }

  /** Executes blocks without transactions. */
  blocks(count: number, block: TestBlock = {}): void {
    for (let done = 0; done < count; done++) this.block(block);
  }

  /** Broken invariants, each with its name. */
  broken(): string[] {
    const ctx = this.context("query");
    return this.module.invariants.flatMap(({ name, check }) => {
      const problem = check(ctx);
      return problem === undefined ? [] : [`${name}: ${problem}`];
    });
  }

  /** CometBFT's set of a height, in its order. */
  cometSet(height: bigint): ReadonlyArray<{ address: Address; power: bigint }> {
    return [...(this.#comet.get(height) ?? new Map<string, ValidatorUpdate>()).values()]
      .map(({ publicKey, power }) => ({ address: consensusAddress(publicKey), power }))
      .sort((a, b) => compareBig(b.power, a.power) || compareBytes(a.address, b.address));
  }

  /** Everything in the stores, for comparisons. */
  dump(): string {
    const ctx = this.context("query");
    return Object.values(this.stores)
      .flatMap((key) =>
        [...ctx.kv(key).iterate({})].map((entry) => `${toHex(entry.key)}=${toHex(entry.value)}`),
      )
      .join("\n");
  }

  #route<T extends object>(codec: MessageCodec<T>) {
    const route = this.msgs.find(codec.typeUrl);
    if (route === undefined) throw new Error(`no handler of ${codec.typeUrl}`);
    return route;
  }

  #votes({ absent = [], nil = [] }: TestBlock): CommitVote[] {
    if (this.#height === this.#initialHeight) return [];
    const isIn = (list: readonly Address[], address: Address): boolean =>
      list.some((one) => equalBytes(one, address));
    return this.cometSet(this.#height - 1n).map(({ address, power }): CommitVote => {
      const flag = isIn(nil, address) ? "nil" : "commit";
      return { consensusAddress: address, power, flag: isIn(absent, address) ? "absent" : flag };
    });
  }

  #startComet(updates: readonly ValidatorUpdate[]): void {
    const set = applyUpdates(new Map(), updates);
    for (const height of [0n, 1n]) this.#comet.set(this.#height + height, set);
  }

  #advanceComet(updates: readonly ValidatorUpdate[]): void {
    const next = this.#comet.get(this.#height + 1n) ?? new Map<string, ValidatorUpdate>();
    const set = applyUpdates(next, updates);
    if (set.size === 0 && next.size > 0) throw new Error("CometBFT refuses an empty set");
    this.#comet.set(this.#height + 2n, set);
  }

  #compareSets(ctx: Context): void {
    for (const height of [ctx.height, ctx.height + 1n, ctx.height + 2n]) {
      const recorded = this.keeper.consensusSet(ctx, height).map(describeMember);
      const expected = this.cometSet(height).map(
        ({ address, power }) => `${toHex(address)} ${power}`,
      );
      if (recorded.join() !== expected.join()) throw new Error(`another set at ${height}`);
    }
  }
}

function describeMember({ consensusAddress: address, power }: ConsensusMember): string {
  return `${toHex(address)} ${power}`;
}

/** CometBFT's rules: no validator twice, none removed that is not there. */
function applyUpdates(set: CometSet, updates: readonly ValidatorUpdate[]): CometSet {
  const next = new Map(set);
  const seen = new Set<string>();
  for (const update of updates) {
    const key = toHex(update.publicKey);
    if (seen.has(key)) throw new Error("CometBFT refuses a validator twice");
    seen.add(key);
    if (update.power === 0n) {
      if (!next.delete(key)) throw new Error("CometBFT refuses to remove nobody");
    } else next.set(key, update);
  }
  return next;
}
