import type { Context } from "#core/baseapp/context.js";
import type { Invariant } from "#core/baseapp/module.js";
import { sortedEntries } from "#core/primitives/sorted.js";
import type { BankKeeper } from "./keeper.js";

/** What must hold of coins after every block. */
export function bankInvariants(keeper: BankKeeper): readonly Invariant[] {
  return [
    { name: "total-supply", check: (ctx) => checkSupply(ctx, keeper) },
    { name: "owners", check: (ctx) => checkOwners(ctx, keeper) },
    { name: "denominations", check: (ctx) => checkDenominations(ctx, keeper) },
  ];
}

/** The supply of every denomination is the sum of its balances, none of which is zero. */
function checkSupply(ctx: Context, keeper: BankKeeper): string | undefined {
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

/** The index of owners has exactly the balances. */
function checkOwners(ctx: Context, keeper: BankKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  let owners = 0;
  for (const [denom, owner] of keeper.owners.iterate(kv)) {
    if (!keeper.balances.has(kv, [owner, denom])) return `an owner of ${denom} has none`;
    owners++;
  }
  const balances = [...keeper.balances.iterate(kv)].length;
  return owners === balances ? undefined : `${owners} owners for ${balances} balances`;
}

/** Metadata stands under its base denomination, and switches are on or off. */
function checkDenominations(ctx: Context, keeper: BankKeeper): string | undefined {
  const kv = ctx.kv(keeper.storeKey);
  for (const [denom, { base }] of keeper.metadata.iterate(kv)) {
    if (base !== denom) return `metadata of ${base} is stored under ${denom}`;
  }
  for (const [denom, flag] of keeper.sendEnabled.iterate(kv)) {
    const known = flag.length === 1 && (flag[0] === 0 || flag[0] === 1);
    if (!known) return `the switch of ${denom} is neither on nor off`;
  }
  return undefined;
}
