import type { Address } from "#core/crypto/address.js";
import type { Coin } from "#core/primitives/coin.js";

/** What staking needs of accounts; `Ctx` is `core/baseapp`'s Context, bound by the keepers. */
export interface ExpectedAuthKeeper<Ctx> {
  ensureModuleAccount(ctx: Ctx, name: string): void;
}

/** What staking needs of coins. */
export interface ExpectedBankKeeper<Ctx> {
  /** Fails with `sdk/5 insufficient funds` unless the account holds the coins. */
  requireFunds(ctx: Ctx, address: Address, coins: readonly Coin[]): void;
  sendToModule(ctx: Ctx, from: Address, module: string, coins: readonly Coin[]): void;
  sendFromModule(ctx: Ctx, module: string, to: Address, coins: readonly Coin[]): void;
  sendBetweenModules(ctx: Ctx, from: string, to: string, coins: readonly Coin[]): void;
  burn(ctx: Ctx, module: string, coins: readonly Coin[]): void;
  moduleBalance(ctx: Ctx, module: string, denom: string): bigint;
}
