import {
  QueryAllBalancesRequest,
  QueryAllBalancesResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import type { Coin } from "#core/primitives/coin.js";
import { allPages } from "../query/allPages.js";
import { callQuery, type QueryMethod, type QueryOptions } from "../query/callQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryAllBalancesRequest, QueryAllBalancesResponse> = {
  path: "/cosmos.bank.v1beta1.Query/AllBalances",
  request: QueryAllBalancesRequest,
  response: QueryAllBalancesResponse,
};

/**
 * All coins of an account, by denomination.
 *
 * @example
 * for (const { denom, amount } of await balances(rpc, address)) console.log(amount, denom);
 */
export async function balances(
  rpc: RpcTransport,
  address: string,
  options?: QueryOptions,
): Promise<Coin[]> {
  return allPages(async (pagination) => {
    const { response } = await callQuery(rpc, METHOD, { address, pagination }, options);
    return { elements: response.balances, pagination: response.pagination };
  });
}
