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

/** The SDK's error for a method that the node does not know. */
const UNKNOWN_REQUEST = { codespace: "sdk", code: 6 } as const;

/**
 * The least gas price that the node behind an endpoint asks for, in the first of its denominations;
 * undefined when it asks for none or has no method that says. Fails with `QUERY_FAILED` when the
 * node cannot say it now, for example before its first block.
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
    if (isUnknownMethod(error)) return undefined;
    throw error;
  }
}

/** Not every node has the method; what another one cannot answer now is no price of zero. */
function isUnknownMethod(error: unknown): boolean {
  if (!isSdkError(error, "QUERY_FAILED")) return false;
  const { codespace, code } = error.facts;
  return codespace === UNKNOWN_REQUEST.codespace && code === UNKNOWN_REQUEST.code;
}
