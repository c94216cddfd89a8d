import type { Context } from "#core/baseapp/context.js";
import type { Address } from "#core/crypto/address.js";
import type { Coin } from "#core/primitives/coin.js";
import type { Params } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import type { Account } from "#modules/auth/types/account.js";

/** What the ante chain needs of accounts. */
export interface AuthKeeper {
  params(ctx: Context): Params;
  findAccount(ctx: Context, address: Address): Account | undefined;
  setAccount(ctx: Context, account: Account): void;
}

/** What the ante chain needs of coins. */
export interface BankKeeper {
  sendToModule(ctx: Context, from: Address, module: string, coins: readonly Coin[]): void;
}
