import type { GasPrice } from "#app/ante/anteParts.js";
import { isDenom } from "#core/primitives/coin.js";
import { parseDec } from "#core/primitives/dec.js";

/**
 * Reads `0.001unes,2uatom`; the empty text is no price. Undefined unless every part is a decimal of
 * up to 18 fractional digits and a denomination, each denomination once.
 */
export function parseGasPrices(text: string): readonly GasPrice[] | undefined {
  if (text === "") return [];
  const prices: GasPrice[] = [];
  for (const part of text.split(",")) {
    const [, digits = "", denom = ""] = /^([0-9.]+)([a-zA-Z].*)$/.exec(part.trim()) ?? [];
    const priceDec = parseDec(digits);
    if (priceDec === undefined || !isDenom(denom)) return undefined;
    if (prices.some((price) => price.denom === denom)) return undefined;
    prices.push({ denom, priceDec });
  }
  return prices;
}
