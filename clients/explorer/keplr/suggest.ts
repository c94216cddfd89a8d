import { chainInfo, probeRest, type SuggestChain } from "#sdk/index.js";
import type { Chain } from "../chain/chainContext.js";
import type { Keplr } from "./keplr.js";
import { askWallet } from "./walletError.js";

/** The object that makes Keplr know the chain, the one that `aivmd chain-info` prints. */
export function suggestion({ rpc, endpoint }: Chain): Promise<SuggestChain> {
  return chainInfo(rpc, { rest: endpoint.rest });
}

/**
 * Makes Keplr know the chain; gives what it was told. Fails with an Error that says why when the
 * chain's REST door does not answer, as Keplr would without saying it, and with a `WalletError`.
 */
export async function suggestToKeplr(keplr: Keplr, chain: Chain): Promise<SuggestChain> {
  const [plain, probe] = await Promise.all([suggestion(chain), probeRest(chain.endpoint.rest)]);
  if (typeof probe === "string") throw new Error(`Keplr needs the chain’s REST door: ${probe}`);
  if (probe.chainId !== plain.chainId) {
    const { rest } = chain.endpoint;
    throw new Error(`${rest} is the REST door of ${probe.chainId}, not of ${plain.chainId}`);
  }
  const suggested = { ...plain, features: probe.features };
  await askWallet("take the chain", () => keplr.experimentalSuggestChain(suggested));
  return suggested;
}
