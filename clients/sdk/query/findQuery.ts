import type { Partial as Fields } from "#core/codec/message.js";
import { isSdkError } from "../errors.js";
import type { RpcTransport } from "../rpc/transport.js";
import { callQuery, type QueryAnswer, type QueryMethod, type QueryOptions } from "./callQuery.js";

/**
 * As `callQuery`, but undefined when what is asked for does not exist.
 *
 * @example
 * const found = await findQuery(rpc, KERNEL_METHOD, { name: "digits" });
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
