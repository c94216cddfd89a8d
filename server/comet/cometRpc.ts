import type { JsonObject } from "#core/codec/json.js";
import { isSdkError } from "#sdk/errors.js";
import type { JsonCursor } from "#sdk/rpc/jsonCursor.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";

/**
 * Calls CometBFT's RPC. Fails with a CallFailure: what CometBFT refuses is the caller's mistake, in
 * CometBFT's words; a CometBFT that does not answer is unavailable.
 */
export async function callComet(
  rpc: RpcTransport,
  method: string,
  params: JsonObject = {},
): Promise<JsonCursor> {
  try {
    return await rpc.call(method, params);
  } catch (error) {
    throw toCallFailure(error);
  }
}

function toCallFailure(error: unknown): CallFailure {
  if (isSdkError(error, "RPC_REFUSED")) {
    const { data, reason } = error.facts;
    return new CallFailure(StatusCode.INVALID_ARGUMENT, data === "" ? reason : data);
  }
  return new CallFailure(StatusCode.UNAVAILABLE, "CometBFT does not answer; try again later");
}
