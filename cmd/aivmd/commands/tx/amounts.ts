import { BASE_DENOM, DISPLAY_DENOM, DISPLAY_EXPONENT } from "#app/chain.js";
import { type Coin, coin, formatCoins, parseCoin } from "#core/primitives/coin.js";
import { compareText } from "#core/primitives/sorted.js";
import { wrongUse } from "../../errors.js";

/**
 * Coins as people write them: `5unes`, `1.5nes`, `5uatom,7unes`; in the order of the chain. Fails with
 * `cli/2`, which names the argument.
 */
export function readCoins(text: string, argument: string): Coin[] {
  const coins = text.split(",").map((part) => readCoin(part.trim(), argument));
  const sorted = coins.sort((a, b) => compareText(a.denom, b.denom));
  const twice = sorted.find(({ denom }, index) => sorted[index + 1]?.denom === denom);
  if (twice === undefined) return sorted;
  throw wrongUse({ problem: `${argument}: ${twice.denom} twice: ${text}` });
}

/** One coin as people write it; fails with `cli/2`. */
export function readCoin(text: string, argument: string): Coin {
  const found = displayCoin(text) ?? parseCoin(text);
  if (found !== undefined) return found;
  const problem = `${argument}: not an amount with a denomination such as 5unes or 1.5nes: ${text}`;
  throw wrongUse({ problem });
}

/** An amount of NES, which has six decimals. */
function displayCoin(text: string): Coin | undefined {
  const pattern = new RegExp(
    `^([0-9]{1,60})(?:\\.([0-9]{1,${DISPLAY_EXPONENT}}))?${DISPLAY_DENOM}$`,
    "i",
  );
  const [, whole, fraction = ""] = pattern.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return coin(BASE_DENOM, BigInt(whole + fraction.padEnd(DISPLAY_EXPONENT, "0")));
}

/** `5unes,7uatom` for the screen; `nothing` for no coins. */
export function coinsText(coins: readonly Coin[]): string {
  return coins.length === 0 ? "nothing" : formatCoins(coins);
}
