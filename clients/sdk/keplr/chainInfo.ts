import { ConfigRequest, ConfigResponse } from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import { callQuery } from "../query/callQuery.js";
import { status } from "../rpc/status.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import { type GasPrice, parseGasPrice } from "../tx/gasPrice.js";
import { type SuggestChain, suggestChain } from "./suggestChain.js";

/** What Keplr is told beyond what the node says of itself. */
export interface ChainInfoOptions extends CallOptions {
  /** URL of the chain's REST door, as browsers reach it, without a query. */
  readonly rest: string;
  /** URL by which browsers reach the RPC; the transport's unless given. */
  readonly publicRpc?: string | undefined;
  /** How Keplr calls the chain, 1 to 30 characters; its id unless given. */
  readonly name?: string | undefined;
  /** Keplr's names of what the REST door can, as `probeRest` finds them; none unless given. */
  readonly features?: readonly string[] | undefined;
}

const CONFIG = {
  path: "/cosmos.base.node.v1beta1.Service/Config",
  request: ConfigRequest,
  response: ConfigResponse,
} as const;

/**
 * What makes Keplr know the chain behind an endpoint: the argument of `experimentalSuggestChain`,
 * with the node's least gas prices. `aivmd chain-info` prints it.
 *
 * @example
 * const chain = await chainInfo(rpc, { rest: "http://localhost:1317" });
 * console.log(chain.chainId, chain.feeCurrencies);
 */
export async function chainInfo(
  rpc: RpcTransport,
  options: ChainInfoOptions,
): Promise<SuggestChain> {
  const { rest, publicRpc = rpc.url, features = [], signal } = options;
  const [{ chainId }, gasPrices] = await Promise.all([
    status(rpc, { signal }),
    leastGasPrices(rpc, { signal }),
  ]);
  const chainName = options.name ?? chainId;
  return suggestChain({ chainId, chainName, rpc: publicRpc, rest, gasPrices, features });
}

async function leastGasPrices(rpc: RpcTransport, options: CallOptions): Promise<GasPrice[]> {
  const { response } = await callQuery(rpc, CONFIG, {}, options);
  return response.minimumGasPrice
    .split(",")
    .filter((price) => price !== "")
    .map(parseGasPrice);
}
