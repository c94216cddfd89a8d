import type { LightBlock } from "#core/comet/lightBlock.js";
import { SdkError } from "../errors.js";
import { commit } from "./commit.js";
import type { CallOptions, RpcTransport } from "./transport.js";
import { validators } from "./validators.js";

/**
 * What the light client verifies of a height: header, signatures and validator set. Fails with
 * `RPC_MALFORMED` for the header of another height.
 *
 * @example
 * const untrusted = await lightBlock(rpc, 5n);
 */
export async function lightBlock(
  rpc: RpcTransport,
  height: bigint,
  options?: CallOptions,
): Promise<LightBlock> {
  const [signedHeader, set] = await Promise.all([
    commit(rpc, height, options),
    validators(rpc, height, options),
  ]);
  const found = signedHeader.header.height;
  if (found !== height) {
    const facts = { method: "commit", at: "result.signed_header.header.height" };
    throw new SdkError("RPC_MALFORMED", { ...facts, problem: `${found} instead of ${height}` });
  }
  return { signedHeader, validatorSet: { validators: set } };
}
