import { BECH32_PREFIX } from "#core/crypto/address.js";
import { COIN_TYPE } from "#core/crypto/hd.js";
import { formatDec } from "#core/primitives/dec.js";
import { divCeil } from "#core/primitives/intMath.js";
import type { GasPrice } from "../tx/gasPrice.js";

/** A coin as Keplr shows it. */
export interface KeplrCurrency {
  readonly coinDenom: string;
  readonly coinMinimalDenom: string;
  readonly coinDecimals: number;
}

/** A coin that fees are paid in; prices are amounts of the smallest denomination for one gas. */
export interface KeplrFeeCurrency extends KeplrCurrency {
  readonly gasPriceStep: { readonly low: number; readonly average: number; readonly high: number };
}

/** The argument of Keplr's `experimentalSuggestChain`. */
export interface SuggestChain {
  readonly chainId: string;
  readonly chainName: string;
  readonly rpc: string;
  readonly rest: string;
  readonly bip44: { readonly coinType: number };
  readonly bech32Config: Readonly<
    Record<`bech32Prefix${"Acc" | "Val" | "Cons"}${"Addr" | "Pub"}`, string>
  >;
  readonly currencies: readonly KeplrCurrency[];
  readonly feeCurrencies: readonly KeplrFeeCurrency[];
  readonly stakeCurrency: KeplrCurrency;
  readonly features: readonly string[];
}

/** What differs between chains and nodes. */
export interface ChainPlace {
  readonly chainId: string;
  readonly chainName: string;
  /** URLs as browsers reach them, without a query. */
  readonly rpc: string;
  readonly rest: string;
  /** Least prices of the node; none where it asks for no fee. */
  readonly gasPrices: readonly GasPrice[];
  /** Keplr's names of what the chain can. */
  readonly features: readonly string[];
}

/** Keplr refuses longer ids and names. */
export const NAME_LENGTH_MAX = 30;

/** The chain's own coin. */
export const NES: KeplrCurrency = { coinDenom: "NES", coinMinimalDenom: "unes", coinDecimals: 6 };

/** Steps of the price above the least one: as it is, half as much again, twice as much. */
const STEPS = { low: [1n, 1n], average: [3n, 2n], high: [2n, 1n] } as const;

/** The object that makes Keplr know a chain; `chainInfo` makes it of a running node. */
export function suggestChain(place: ChainPlace): SuggestChain {
  const { chainId, chainName, rpc, rest, gasPrices, features } = place;
  const free: GasPrice = { denom: NES.coinMinimalDenom, amountDec: 0n };
  const feeCurrencies = (gasPrices.length === 0 ? [free] : gasPrices).map(feeCurrency);
  const others = feeCurrencies.map(({ coinMinimalDenom: denom }) => currencyOf(denom));
  return {
    chainId,
    chainName,
    rpc,
    rest,
    bip44: { coinType: COIN_TYPE },
    bech32Config: {
      bech32PrefixAccAddr: BECH32_PREFIX.account,
      bech32PrefixAccPub: BECH32_PREFIX.accountPub,
      bech32PrefixValAddr: BECH32_PREFIX.operator,
      bech32PrefixValPub: BECH32_PREFIX.operatorPub,
      bech32PrefixConsAddr: BECH32_PREFIX.consensus,
      bech32PrefixConsPub: BECH32_PREFIX.consensusPub,
    },
    currencies: [NES, ...others.filter((currency) => currency !== NES)],
    feeCurrencies,
    stakeCurrency: NES,
    features,
  };
}

/** What is known of other denominations than the chain's own is their name. */
function currencyOf(denom: string): KeplrCurrency {
  if (denom === NES.coinMinimalDenom) return NES;
  return { coinDenom: denom, coinMinimalDenom: denom, coinDecimals: 0 };
}

function feeCurrency({ denom, amountDec }: GasPrice): KeplrFeeCurrency {
  const step = ([times, over]: readonly [bigint, bigint]): number =>
    Number(formatDec(divCeil(amountDec * times, over)));
  const { low, average, high } = STEPS;
  return {
    ...currencyOf(denom),
    gasPriceStep: { low: step(low), average: step(average), high: step(high) },
  };
}
