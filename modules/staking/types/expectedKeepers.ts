import type { Address } from "#core/crypto/address.js";
import type { Coin } from "#core/primitives/coin.js";

/** What staking needs of accounts; `Ctx` is `core/baseapp`'s Context, bound by the keepers. */
export interface ExpectedAuthKeeper<Ctx> {
  ensureModuleAccount(ctx: Ctx, name: string): void;
}

/** What staking needs of coins. */
export interface ExpectedBankKeeper<Ctx> {
  /** What an account may spend of a denomination. */
  spendable(ctx: Ctx, address: Address, denom: string): bigint;
  sendToModule(ctx: Ctx, from: Address, module: string, coins: readonly Coin[]): void;
  sendFromModule(ctx: Ctx, module: string, to: Address, coins: readonly Coin[]): void;
  sendBetweenModules(ctx: Ctx, from: string, to: string, coins: readonly Coin[]): void;
  burn(ctx: Ctx, module: string, coins: readonly Coin[]): void;
  moduleBalance(ctx: Ctx, module: string, denom: string): bigint;
}
