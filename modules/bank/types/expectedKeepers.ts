import type { Address } from "#core/crypto/address.js";

/** What bank needs of accounts; `Ctx` is `core/baseapp`'s Context, bound by the keepers. */
export interface ExpectedAuthKeeper<Ctx> {
  /** Makes the account of an address that has none. */
  ensureAccount(ctx: Ctx, address: Address): void;
  ensureModuleAccount(ctx: Ctx, name: string): void;
  /** Declared module accounts with their permissions. */
  moduleAccounts(): ReadonlyMap<string, readonly string[]>;
}
