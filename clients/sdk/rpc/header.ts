import type { Header } from "#core/codec/generated/tendermint/types.js";
import { readHeader } from "./cometTypes.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/**
 * The header of a height, not verified; `LightClient` gives verified ones.
 *
 * @example
 * const { time, appHash } = await header(rpc, 5n);
 */
export async function header(
  rpc: RpcTransport,
  height: bigint,
  options?: CallOptions,
): Promise<Header> {
  const result = await rpc.call("header", { height: String(height) }, options);
  return readHeader(result.field("header"));
}
