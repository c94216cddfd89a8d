import type { Context } from "#core/baseapp/context.js";
import { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { Any } from "#core/codec/generated/google/protobuf.js";
import { type Address, moduleAddress } from "#core/crypto/address.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { addressKey, uint64Key } from "#core/store/collections/keyCodecs.js";
import { messageValue, uint64Value } from "#core/store/collections/valueCodecs.js";
import { Item } from "#core/store/collections/item.js";
import { KvMap } from "#core/store/collections/kvMap.js";
import type { StoreKey } from "#core/store/storeKey.js";
import { type Account, packAccount, unpackAccount } from "../types/account.js";
import { PREFIX } from "../types/keys.js";

const addressValue = { encode: addressKey.encode, decode: addressKey.decode };

/** Accounts of people and modules. */
export class AuthKeeper {
  readonly #store: StoreKey;
  readonly #params = new Item(PREFIX.params, messageValue(Params));
  readonly #accounts = new KvMap(PREFIX.account, addressKey, messageValue(Any));
  readonly #nextNumber = new Item(PREFIX.nextNumber, uint64Value);
  readonly #byNumber = new KvMap(PREFIX.byNumber, uint64Key, addressValue);
  readonly #modules: ReadonlyMap<string, readonly string[]>;

  /** `modules` lists the module accounts with their permissions. */
  constructor(store: StoreKey, modules: ReadonlyMap<string, readonly string[]>) {
    this.#store = store;
    this.#modules = modules;
  }

  params(ctx: Context): Params {
    return this.#params.get(ctx.kv(this.#store));
  }

  setParams(ctx: Context, params: Params): void {
    this.#params.set(ctx.kv(this.#store), params);
  }

  findAccount(ctx: Context, address: Address): Account | undefined {
    const packed = this.#accounts.find(ctx.kv(this.#store), address);
    if (packed === undefined) return undefined;
    return assertDefined(unpackAccount(packed, address), "stored accounts are of a known type");
  }

  /** Overwrites an account, whose number must not change. */
  setAccount(ctx: Context, account: Account): void {
    this.#accounts.set(ctx.kv(this.#store), account.address, packAccount(account));
  }

  hasAccount(ctx: Context, address: Address): boolean {
    return this.#accounts.has(ctx.kv(this.#store), address);
  }

  /** Makes an account with the next number; there must be none yet. */
  createAccount(ctx: Context, address: Address, module?: Account["module"]): Account {
    assert(!this.hasAccount(ctx, address), "an account is created once");
    const number = this.#takeNumber(ctx);
    const base = { address, number, sequence: 0n, publicKey: undefined };
    const account: Account = module === undefined ? base : { ...base, module };
    this.importAccount(ctx, account);
    return account;
  }

  /** Writes an account with the number it has, at genesis. */
  importAccount(ctx: Context, account: Account): void {
    const kv = ctx.kv(this.#store);
    this.setAccount(ctx, account);
    this.#byNumber.set(kv, account.number, account.address);
  }

  /** The number that the next account gets. */
  nextNumber(ctx: Context): bigint {
    return this.#nextNumber.find(ctx.kv(this.#store)) ?? 0n;
  }

  setNextNumber(ctx: Context, number: bigint): void {
    this.#nextNumber.set(ctx.kv(this.#store), number);
  }

  findAddressByNumber(ctx: Context, number: bigint): Address | undefined {
    return this.#byNumber.find(ctx.kv(this.#store), number);
  }

  /** How many account numbers the index holds. */
  indexedNumbers(ctx: Context): number {
    return [...this.#byNumber.iterate(ctx.kv(this.#store))].length;
  }

  /** Makes the account of an address that has none. */
  ensureAccount(ctx: Context, address: Address): void {
    if (!this.hasAccount(ctx, address)) this.createAccount(ctx, address);
  }

  /** Makes the account of a declared module if it does not exist yet. */
  ensureModuleAccount(ctx: Context, name: string): Account {
    const permissions = assertDefined(this.#modules.get(name), `module ${name} has an account`);
    const found = this.findModuleAccount(ctx, name);
    return found ?? this.createAccount(ctx, moduleAddress(name), { name, permissions });
  }

  /** The account of a declared module, once it was made; undefined for other names. */
  findModuleAccount(ctx: Context, name: string): Account | undefined {
    return this.#modules.has(name) ? this.findAccount(ctx, moduleAddress(name)) : undefined;
  }

  /** Declared module accounts, with their permissions. */
  moduleAccounts(): ReadonlyMap<string, readonly string[]> {
    return this.#modules;
  }

  /** Every account, in byte order of the addresses. */
  *accounts(ctx: Context): IterableIterator<Account> {
    for (const [address, packed] of this.#accounts.iterate(ctx.kv(this.#store))) {
      yield assertDefined(unpackAccount(packed, address), "stored accounts are of a known type");
    }
  }

  /** The map of accounts, for paginated queries. */
  get accountMap(): KvMap<Address, Any> {
    return this.#accounts;
  }

  get storeKey(): StoreKey {
    return this.#store;
  }

  #takeNumber(ctx: Context): bigint {
    const number = this.nextNumber(ctx);
    this.setNextNumber(ctx, number + 1n);
    return number;
  }
}
