import type { Context } from "#core/baseapp/context.js";
import { type Address, moduleAddress } from "#core/crypto/address.js";
import { assert } from "#core/primitives/assert.js";
import { amountOf, type Coin, coin, formatCoins } from "#core/primitives/coin.js";
import { insufficientFunds } from "#core/primitives/sdkErrors.js";
import { burnt, coinReceived, coinSpent, minted, transferred } from "../types/events.js";
import type { ExpectedAuthKeeper } from "../types/expectedKeepers.js";
import type { BankKeeper } from "./keeper.js";

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

  /** Moves coins; fails with `sdk/5 insufficient funds` and changes nothing. */
  send(ctx: Context, from: Address, to: Address, coins: readonly Coin[]): void {
    this.requireFunds(ctx, from, coins);
    this.#take(ctx, from, coins);
    this.#give(ctx, to, coins);
    ctx.emit(transferred(from, to, coins));
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

  /** Makes coins in a module's account, which must have the permission `minter`. */
  mint(ctx: Context, module: string, coins: readonly Coin[]): void {
    this.#requirePermission(module, "minter");
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
