import type { Context } from "#core/baseapp/context.js";
import type { Invariant } from "#core/baseapp/module.js";
import { equalBytes } from "#core/primitives/bytes.js";
import type { AuthKeeper } from "./keeper.js";

/** What must hold of accounts after every block. */
export function authInvariants(keeper: AuthKeeper): readonly Invariant[] {
  return [{ name: "account-numbers", check: (ctx) => checkNumbers(ctx, keeper) }];
}

/** Numbers are unique, indexed, and below the next one. */
function checkNumbers(ctx: Context, keeper: AuthKeeper): string | undefined {
  const next = keeper.nextNumber(ctx);
  for (const account of keeper.accounts(ctx)) {
    const number = account.number.toString();
    if (account.number >= next) return `account number ${number} was not given out`;
    const indexed = keeper.findAddressByNumber(ctx, account.number);
    if (indexed === undefined || !equalBytes(indexed, account.address)) {
      return `account number ${number} belongs to another account in the index`;
    }
  }
  return undefined;
}
