import { ConfigRequest, ConfigResponse } from "#core/codec/generated/cosmos/base/node/v1beta1.js";
import { isSdkError } from "../errors.js";
import { callQuery, type QueryMethod } from "../query/callQuery.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import { type GasPrice, parseGasPrice } from "./gasPrice.js";

const METHOD: QueryMethod<ConfigRequest, ConfigResponse> = {
  path: "/cosmos.base.node.v1beta1.Service/Config",
  request: ConfigRequest,
  response: ConfigResponse,
};

/**
 * The least gas price that the node behind an endpoint asks for, in the first of its denominations;
 * undefined when it asks for none or does not say.
 *
 * @example
 * const gasPrice = (await nodeGasPrice(rpc)) ?? parseGasPrice("0unes");
 */
export async function nodeGasPrice(
  rpc: RpcTransport,
  options?: CallOptions,
): Promise<GasPrice | undefined> {
  try {
    const { response } = await callQuery(rpc, METHOD, {}, options);
    const [first = ""] = response.minimumGasPrice.split(",");
    return first === "" ? undefined : parseGasPrice(first);
  } catch (error) {
    // Not every door of a node answers this.
    if (isSdkError(error, "QUERY_FAILED")) return undefined;
    throw error;
  }
}
