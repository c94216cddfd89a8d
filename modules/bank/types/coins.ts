import { amountOf, type Coin, coin } from "#core/primitives/coin.js";
import { compareText } from "#core/primitives/sorted.js";

/** Sum of two canonical lists of coins, canonical again. */
export function addCoins(a: readonly Coin[], b: readonly Coin[]): readonly Coin[] {
  const sums = new Map<string, bigint>();
  for (const one of [...a, ...b]) {
    sums.set(one.denom, (sums.get(one.denom) ?? 0n) + amountOf(one));
  }
  return [...sums]
    .filter(([, amount]) => amount > 0n)
    .sort(([first], [second]) => compareText(first, second))
    .map(([denom, amount]) => coin(denom, amount));
}
