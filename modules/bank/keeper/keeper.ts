import type { Context } from "#core/baseapp/context.js";
import { Metadata, Params } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import type { Address } from "#core/crypto/address.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { parseUint } from "#core/primitives/intMath.js";
import { addressKey, lengthPrefixedKey, textKey } from "#core/store/collections/keyCodecs.js";
import { Item } from "#core/store/collections/item.js";
import { KeySet } from "#core/store/collections/keySet.js";
import { KvMap } from "#core/store/collections/kvMap.js";
import { tupleKey } from "#core/store/collections/tupleKey.js";
import {
  bytesValue,
  messageValue,
  textValue,
  type ValueCodec,
} from "#core/store/collections/valueCodecs.js";
import type { StoreKey } from "#core/store/storeKey.js";
import { PREFIX } from "../types/keys.js";

/** Decimal digits, as the SDK stores amounts. */
const amountValue: ValueCodec<bigint> = {
  encode: (amount) => textValue.encode(amount.toString()),
  decode: (bytes) => assertDefined(parseUint(textValue.decode(bytes)), "stored amounts are digits"),
};

const balanceKey = tupleKey(addressKey, textKey);
const ownerKey = tupleKey(textKey, lengthPrefixedKey(addressKey));

/** Balances, supply and what is known of denominations; transfers are in `transfer.ts`. */
export class BankKeeper {
  readonly storeKey: StoreKey;
  readonly balances = new KvMap(PREFIX.balance, balanceKey, amountValue);
  readonly supplies = new KvMap(PREFIX.supply, textKey, amountValue);
  readonly metadata = new KvMap(PREFIX.metadata, textKey, messageValue(Metadata));
  readonly owners = new KeySet(PREFIX.owner, ownerKey);
  readonly sendEnabled = new KvMap(PREFIX.sendEnabled, textKey, bytesValue);
  readonly #params = new Item(PREFIX.params, messageValue(Params));

  constructor(storeKey: StoreKey) {
    this.storeKey = storeKey;
  }

  params(ctx: Context): Params {
    return this.#params.get(ctx.kv(this.storeKey));
  }

  setParams(ctx: Context, params: Params): void {
    this.#params.set(ctx.kv(this.storeKey), params);
  }

  balance(ctx: Context, address: Address, denom: string): bigint {
    return this.balances.find(ctx.kv(this.storeKey), [address, denom]) ?? 0n;
  }

  /** Every balance of an account, a canonical list. */
  balancesOf(ctx: Context, address: Address): Coin[] {
    const scope = { prefix: balanceKey.prefix(address) };
    const entries = this.balances.iterate(ctx.kv(this.storeKey), scope);
    return [...entries].map(([[, denom], amount]) => coin(denom, amount));
  }

  /** Sets a balance; zero removes it. Keeps the index of owners. */
  setBalance(ctx: Context, address: Address, held: { denom: string; amount: bigint }): void {
    assert(held.amount >= 0n, "a balance is not negative");
    const kv = ctx.kv(this.storeKey);
    const { denom, amount } = held;
    if (amount === 0n) {
      this.balances.delete(kv, [address, denom]);
      this.owners.delete(kv, [denom, address]);
      return;
    }
    if (!this.balances.has(kv, [address, denom])) this.owners.add(kv, [denom, address]);
    this.balances.set(kv, [address, denom], amount);
  }

  supply(ctx: Context, denom: string): bigint {
    return this.supplies.find(ctx.kv(this.storeKey), denom) ?? 0n;
  }

  setSupply(ctx: Context, denom: string, amount: bigint): void {
    assert(amount >= 0n, "a supply is not negative");
    const kv = ctx.kv(this.storeKey);
    if (amount === 0n) this.supplies.delete(kv, denom);
    else this.supplies.set(kv, denom, amount);
  }

  /** Whether people may send a denomination; modules always may. */
  isSendEnabled(ctx: Context, denom: string): boolean {
    const entry = this.sendEnabled.find(ctx.kv(this.storeKey), denom);
    return entry === undefined ? this.params(ctx).defaultSendEnabled : entry[0] === 1;
  }

  /** Part of the key of one account's balances, for paginated queries. */
  balancesPrefix(address: Address): Uint8Array {
    return balanceKey.prefix(address);
  }

  /** Part of the key of one denomination's owners, for paginated queries. */
  ownersPrefix(denom: string): Uint8Array {
    return ownerKey.prefix(denom);
  }
}
