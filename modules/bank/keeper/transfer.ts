import type { Context } from "#core/baseapp/context.js";
import { type Address, moduleAddress } from "#core/crypto/address.js";
import { assert } from "#core/primitives/assert.js";
import { amountOf, type Coin, coin, formatCoins } from "#core/primitives/coin.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { sortedNames } from "#core/primitives/sorted.js";
import { insufficientFunds, invalidCoins } from "#core/primitives/sdkErrors.js";
import { burnt, coinReceived, coinSpent, minted, transferred } from "../types/events.js";
import type { ExpectedAuthKeeper } from "../types/expectedKeepers.js";
import type { BankKeeper } from "./keeper.js";

/** Coins that leave one account and the parts in which they arrive, which add up to them. */
export interface SharedCoins {
  readonly sum: readonly Coin[];
  readonly shares: ReadonlyArray<{ readonly to: Address; readonly coins: readonly Coin[] }>;
}

/** Amounts are below this, as the SDK's are. */
const AMOUNT_END = 1n << 256n;

/**
 * Moves, makes and destroys coins. Every operation checks all balances before it writes any; the
 * account that receives is made if it does not exist.
 */
export class Transfers {
  readonly #keeper: BankKeeper;
  readonly #auth: ExpectedAuthKeeper<Context>;

  constructor(keeper: BankKeeper, auth: ExpectedAuthKeeper<Context>) {
    this.#keeper = keeper;
    this.#auth = auth;
  }

  /** What an account may spend of a denomination: its balance, since nothing vests yet. */
  spendable(ctx: Context, address: Address, denom: string): bigint {
    return this.#keeper.balance(ctx, address, denom);
  }

  /** Whether an address is a module's: accounts must not send to it or make it receive by name. */
  isModuleAccount(address: Address): boolean {
    const names = sortedNames(this.#auth.moduleAccounts());
    return names.some((name) => equalBytes(moduleAddress(name), address));
  }

  /** Moves coins; fails with `sdk/5 insufficient funds` and changes nothing. */
  send(ctx: Context, from: Address, to: Address, coins: readonly Coin[]): void {
    this.sendToMany(ctx, from, { sum: coins, shares: [{ to, coins }] });
  }

  /** Moves coins to several; fails with `sdk/5 insufficient funds` and changes nothing. */
  sendToMany(ctx: Context, from: Address, given: SharedCoins): void {
    this.requireFunds(ctx, from, given.sum);
    this.#take(ctx, from, given.sum);
    for (const { to, coins } of given.shares) {
      this.#give(ctx, to, coins);
      ctx.emit(transferred(from, to, coins));
    }
  }

  sendToModule(ctx: Context, from: Address, module: string, coins: readonly Coin[]): void {
    this.#auth.ensureModuleAccount(ctx, module);
    this.send(ctx, from, moduleAddress(module), coins);
  }

  sendFromModule(ctx: Context, module: string, to: Address, coins: readonly Coin[]): void {
    this.send(ctx, moduleAddress(module), to, coins);
  }

  sendBetweenModules(ctx: Context, from: string, to: string, coins: readonly Coin[]): void {
    this.sendToModule(ctx, moduleAddress(from), to, coins);
  }

  /**
   * Makes coins in a module's account, which must have the permission `minter`. Fails with
   * `sdk/10 invalid coins` where a supply would reach 2^256, and changes nothing.
   */
  mint(ctx: Context, module: string, coins: readonly Coin[]): void {
    this.#requirePermission(module, "minter");
    for (const one of coins) this.#requireMintable(ctx, one);
    this.#auth.ensureModuleAccount(ctx, module);
    this.#give(ctx, moduleAddress(module), coins);
    this.#changeSupply(ctx, coins, 1n);
    ctx.emit(minted(moduleAddress(module), coins));
  }

  /** Destroys coins of a module's account, which must have the permission `burner`. */
  burn(ctx: Context, module: string, coins: readonly Coin[]): void {
    this.#requirePermission(module, "burner");
    this.requireFunds(ctx, moduleAddress(module), coins);
    this.#take(ctx, moduleAddress(module), coins);
    this.#changeSupply(ctx, coins, -1n);
    ctx.emit(burnt(moduleAddress(module), coins));
  }

  moduleBalance(ctx: Context, module: string, denom: string): bigint {
    return this.#keeper.balance(ctx, moduleAddress(module), denom);
  }

  #requireMintable(ctx: Context, one: Coin): void {
    if (this.#keeper.supply(ctx, one.denom) + amountOf(one) < AMOUNT_END) return;
    throw invalidCoins({ problem: `the supply of ${one.denom} would exceed 256 bits` });
  }

  /** Fails with `sdk/5 insufficient funds` unless the account holds the coins. */
  requireFunds(ctx: Context, address: Address, coins: readonly Coin[]): void {
    for (const required of coins) {
      const balance = this.#keeper.balance(ctx, address, required.denom);
      if (balance < amountOf(required)) {
        throw insufficientFunds({
          available: formatCoins([coin(required.denom, balance)]),
          required: formatCoins([required]),
        });
      }
    }
  }

  #take(ctx: Context, from: Address, coins: readonly Coin[]): void {
    this.#change(ctx, from, coins, -1n);
    ctx.emit(coinSpent(from, coins));
  }

  #give(ctx: Context, to: Address, coins: readonly Coin[]): void {
    this.#auth.ensureAccount(ctx, to);
    this.#change(ctx, to, coins, 1n);
    ctx.emit(coinReceived(to, coins));
  }

  #change(ctx: Context, address: Address, coins: readonly Coin[], sign: 1n | -1n): void {
    for (const one of coins) {
      const amount = this.#keeper.balance(ctx, address, one.denom) + sign * amountOf(one);
      this.#keeper.setBalance(ctx, address, { denom: one.denom, amount });
    }
  }

  #changeSupply(ctx: Context, coins: readonly Coin[], sign: 1n | -1n): void {
    for (const one of coins) {
      const amount = this.#keeper.supply(ctx, one.denom) + sign * amountOf(one);
      this.#keeper.setSupply(ctx, one.denom, amount);
    }
  }

  #requirePermission(module: string, permission: string): void {
    const permissions = this.#auth.moduleAccounts().get(module) ?? [];
    assert(permissions.includes(permission), `module ${module} may act as ${permission}`);
  }
}
