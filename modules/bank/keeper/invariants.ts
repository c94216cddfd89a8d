import type { Invariant } from "#core/baseapp/module.js";
import { sortedEntries } from "#core/primitives/sorted.js";
import type { BankKeeper } from "./keeper.js";

/** What must hold of coins after every block. */
export function bankInvariants(keeper: BankKeeper): readonly Invariant[] {
  return [{ name: "total-supply", check: (ctx) => checkSupply(ctx, keeper) }];
}

type Ctx = Parameters<Invariant["check"]>[0];

function checkSupply(ctx: Ctx, keeper: BankKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  const sums = new Map<string, bigint>();
  for (const [[, denom], amount] of keeper.balances.iterate(kv)) {
    if (amount === 0n) return `a balance of ${denom} is stored as zero`;
    sums.set(denom, (sums.get(denom) ?? 0n) + amount);
  }
  for (const [denom, supply] of keeper.supplies.iterate(kv)) {
    const sum = sums.get(denom) ?? 0n;
    if (sum !== supply) return `supply of ${denom} is ${supply}, balances add up to ${sum}`;
    sums.delete(denom);
  }
  const [stray] = sortedEntries(sums);
  return stray === undefined ? undefined : `balances of ${stray[0]} without a supply`;
}
