import {
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { amountOf } from "#core/primitives/coin.js";
import { callQuery, type QueryMethod, type QueryOptions } from "../query/callQuery.js";
import type { RpcTransport } from "../rpc/transport.js";

const METHOD: QueryMethod<QueryBalanceRequest, QueryBalanceResponse> = {
  path: "/cosmos.bank.v1beta1.Query/Balance",
  request: QueryBalanceRequest,
  response: QueryBalanceResponse,
};

/**
 * What an account has of one denomination; 0 also for an account that does not exist.
 *
 * @example
 * const unes = await balance(rpc, { address, denom: "unes" });
 */
export async function balance(
  rpc: RpcTransport,
  request: { readonly address: string; readonly denom: string },
  options?: QueryOptions,
): Promise<bigint> {
  const { response } = await callQuery(rpc, METHOD, request, options);
  return response.balance === undefined ? 0n : amountOf(response.balance);
}
