import type { Context } from "#core/baseapp/context.js";
import type { GenesisState } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { compareBig, sortedNames } from "#core/primitives/sorted.js";
import { type Account, packAccount } from "../types/account.js";
import { invalidGenesis } from "../types/errors.js";
import { readAccount } from "../types/genesis.js";
import type { AuthKeeper } from "./keeper.js";

/**
 * Writes parameters and accounts. An account whose number another one has before it in the file
 * gets the lowest number that is free, as in the SDK: a new chain's file has number 0 everywhere,
 * an exported one keeps its numbers. Missing module accounts are made last, in the order of their
 * names; an ordinary account at such an address fails with `auth/2`.
 */
export function initGenesis(ctx: Context, keeper: AuthKeeper, genesis: GenesisState): void {
  keeper.setParams(ctx, genesis.params);
  const accounts = genesis.accounts.map((packed) =>
    assertDefined(readAccount(packed), "genesis was validated"),
  );
  const numbered = withOwnNumbers(accounts);
  for (const account of numbered) keeper.importAccount(ctx, account);
  const highest = numbered.reduce((most, { number }) => (number > most ? number : most), -1n);
  keeper.setNextNumber(ctx, highest + 1n);
  for (const name of sortedNames(keeper.moduleAccounts())) {
    if (keeper.ensureModuleAccount(ctx, name).module !== undefined) continue;
    throw invalidGenesis({
      at: "auth.accounts",
      problem: `an ordinary account has the address of module ${name}`,
    });
  }
}

function withOwnNumbers(accounts: readonly Account[]): Account[] {
  const taken = new Set(accounts.map(({ number }) => number));
  const seen = new Set<bigint>();
  let free = 0n;
  return accounts.map((account) => {
    if (!seen.has(account.number)) {
      seen.add(account.number);
      return account;
    }
    while (taken.has(free)) free++;
    taken.add(free);
    return { ...account, number: free };
  });
}

/** The state as a genesis section, accounts in order of their numbers. */
export function exportGenesis(ctx: Context, keeper: AuthKeeper): GenesisState {
  const accounts = [...keeper.accounts(ctx)].sort((a, b) => compareBig(a.number, b.number));
  return { params: keeper.params(ctx), accounts: accounts.map(packAccount) };
}
