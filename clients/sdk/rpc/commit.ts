import type { SignedHeader } from "#core/comet/lightBlock.js";
import { readCommit, readHeader } from "./cometTypes.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/**
 * The header of a height with the signatures for it; neither is verified.
 *
 * @example
 * const { header, commit: signatures } = await commit(rpc, 5n);
 */
export async function commit(
  rpc: RpcTransport,
  height: bigint,
  options?: CallOptions,
): Promise<SignedHeader> {
  const result = await rpc.call("commit", { height: String(height) }, options);
  const signed = result.field("signed_header");
  return {
    header: readHeader(signed.field("header")),
    commit: readCommit(signed.field("commit")),
  };
}
