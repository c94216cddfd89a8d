import type { Context } from "#core/baseapp/context.js";
import type { Invariant } from "#core/baseapp/module.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { sortedNames } from "#core/primitives/sorted.js";
import type { AuthKeeper } from "./keeper.js";

/** What must hold of accounts after every block. */
export function authInvariants(keeper: AuthKeeper): readonly Invariant[] {
  return [
    { name: "account-numbers", check: (ctx) => checkNumbers(ctx, keeper) },
    { name: "module-accounts", check: (ctx) => checkModules(ctx, keeper) },
  ];
}

/** Numbers are unique, indexed, and below the next one; the index has nothing else. */
function checkNumbers(ctx: Context, keeper: AuthKeeper): string | undefined {
  const next = keeper.nextNumber(ctx);
  let accounts = 0;
  for (const account of keeper.accounts(ctx)) {
    accounts++;
    const number = account.number.toString();
    if (account.number >= next) return `account number ${number} was not given out`;
    const indexed = keeper.findAddressByNumber(ctx, account.number);
    if (indexed === undefined || !equalBytes(indexed, account.address)) {
      return `account number ${number} belongs to another account in the index`;
    }
  }
  const indexed = keeper.indexedNumbers(ctx);
  return indexed === accounts ? undefined : `${indexed} numbers for ${accounts} accounts`;
}

/** Every declared module has an account of its own name. */
function checkModules(ctx: Context, keeper: AuthKeeper): string | undefined {
  for (const name of sortedNames(keeper.moduleAccounts())) {
    const account = keeper.findModuleAccount(ctx, name);
    if (account === undefined) return `module ${name} has no account`;
    if (account.module?.name !== name) return `the account of module ${name} is not a module's`;
  }
  return undefined;
}
