import type { Partial as Fields } from "#core/codec/message.js";
import { isSdkError } from "../errors.js";
import type { RpcTransport } from "../rpc/transport.js";
import { callQuery, type QueryAnswer, type QueryMethod, type QueryOptions } from "./callQuery.js";

/**
 * As `callQuery`, but undefined when what is asked for does not exist.
 *
 * @example
 * const path = "/cosmos.bank.v1beta1.Query/Balance";
 * const method = { path, request: QueryBalanceRequest, response: QueryBalanceResponse };
 * const found = await findQuery(rpc, method, { address, denom: "unes" });
 * console.log(found?.response.balance);
 */
export async function findQuery<Q extends object, R extends object>(
  rpc: RpcTransport,
  method: QueryMethod<Q, R>,
  request: Fields<Q>,
  options?: QueryOptions,
): Promise<QueryAnswer<R> | undefined> {
  try {
    return await callQuery(rpc, method, request, options);
  } catch (error) {
    if (isSdkError(error, "NOT_FOUND")) return undefined;
    throw error;
  }
}
