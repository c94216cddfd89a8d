import type { Address } from "#core/crypto/address.js";
import type { Coin } from "#core/primitives/coin.js";

/** What the registry needs of coins; `Ctx` is `core/baseapp`'s Context, bound by the keepers. */
export interface ExpectedBankKeeper<Ctx> {
  /** What an account may spend of a denomination. */
  spendable(ctx: Ctx, address: Address, denom: string): bigint;
  /** Fails with `sdk/5 insufficient funds` and changes nothing. */
  sendToModule(ctx: Ctx, from: Address, module: string, coins: readonly Coin[]): void;
  sendFromModule(ctx: Ctx, module: string, to: Address, coins: readonly Coin[]): void;
  sendBetweenModules(ctx: Ctx, from: string, to: string, coins: readonly Coin[]): void;
  moduleBalance(ctx: Ctx, module: string, denom: string): bigint;
  /** Whether an address is a module's. */
  isModuleAccount(address: Address): boolean;
}

/** Takes what nobody is owed. */
export interface ExpectedRewardKeeper<Ctx> {
  /** Pays an amount from a module account to the community pool. */
  fundCommunityPool(ctx: Ctx, module: string, amount: Coin): void;
}
