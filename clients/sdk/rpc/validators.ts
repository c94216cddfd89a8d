import type { Validator } from "#core/codec/generated/tendermint/types.js";
import { readValidator } from "./cometTypes.js";
import { readPages } from "./pages.js";
import type { CallOptions, RpcTransport } from "./transport.js";

/** More than any CometBFT network has. */
const VALIDATORS_MAX = 10_000;

/**
 * The whole validator set of a height, in CometBFT's order; not verified.
 *
 * @example
 * const set = await validators(rpc, 5n);
 */
export async function validators(
  rpc: RpcTransport,
  height: bigint,
  options: CallOptions = {},
): Promise<Validator[]> {
  const params = { height: String(height) };
  const pages = { method: "validators", params, limit: VALIDATORS_MAX, options };
  return readPages(rpc, pages, (result) => ({
    total: result.field("total"),
    elements: result.field("validators").elements().map(readValidator),
  }));
}
