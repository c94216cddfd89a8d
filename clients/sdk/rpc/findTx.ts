import { toBase64 } from "#core/primitives/bytes.js";
import { isSdkError } from "../errors.js";
import { type IncludedTx, readIncludedTx } from "./includedTx.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/**
 * The transaction of a hash once a block has it; undefined before. The node must index transactions.
 *
 * @example
 * const found = await findTx(rpc, hash);
 * if (found !== undefined) console.log(found.height, found.result.code);
 */
export async function findTx(
  rpc: RpcTransport,
  hash: Uint8Array,
  options?: CallOptions,
): Promise<IncludedTx | undefined> {
  try {
    const result = await rpc.call("tx", { hash: toBase64(hash), prove: false }, options);
    return readIncludedTx(result);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** CometBFT has no code of its own for it. */
function isNotFound(error: unknown): boolean {
  return isSdkError(error, "RPC_REFUSED") && /^tx \([0-9A-F]*\) not found/.test(error.facts.data);
}
