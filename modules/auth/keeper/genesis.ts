import type { Context } from "#core/baseapp/context.js";
import type { GenesisState } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";
import { assertDefined } from "#core/primitives/assert.js";
import { sortedNames } from "#core/primitives/sorted.js";
import { type Account, packAccount, unpackAccount } from "../types/account.js";
import { baseAccountOf } from "../types/genesis.js";
import type { AuthKeeper } from "./keeper.js";

/**
 * Writes parameters and accounts. Accounts of a new chain all have number 0 in the file and are
 * numbered in its order; those of an exported state keep their numbers. Missing module accounts
 * are made last, in the order of their names.
 */
export function initGenesis(ctx: Context, keeper: AuthKeeper, genesis: GenesisState): void {
  keeper.setParams(ctx, genesis.params);
  const accounts = genesis.accounts.map(({ typeUrl, value }) => {
    const base = assertDefined(baseAccountOf(typeUrl, value), "genesis was validated");
    const address = parseAddress("account", base.address);
    return assertDefined(unpackAccount({ typeUrl, value }, address), "genesis was validated");
  });
  const numbers = new Set(accounts.map((account) => account.number));
  const numbered = numbers.size === accounts.length;
  const placed = accounts.map((account, index): Account => {
    return numbered ? account : { ...account, number: BigInt(index) };
  });
  for (const account of placed) keeper.importAccount(ctx, account);
  const highest = placed.reduce((most, { number }) => (number > most ? number : most), -1n);
  keeper.setNextNumber(ctx, highest + 1n);
  for (const name of sortedNames(keeper.moduleAccounts())) keeper.ensureModuleAccount(ctx, name);
}

/** The state as a genesis section, accounts in order of their numbers. */
export function exportGenesis(ctx: Context, keeper: AuthKeeper): GenesisState {
  const accounts = [...keeper.accounts(ctx)].sort((a, b) => (a.number < b.number ? -1 : 1));
  return {
    params: keeper.params(ctx),
    accounts: accounts.map((account) => {
      const { typeUrl, value } = packAccount(account);
      return { typeUrl, value };
    }),
  };
}
