import type { Params } from "#core/codec/generated/cosmos/bank/v1beta1.js";

/**
 * The SDK's defaults: people may send every denomination that has no entry of its own. The list is
 * the one that the SDK deprecates; entries are kept apart, see the genesis field `send_enabled`.
 */
export function defaultParams(): Params {
  return { sendEnabled: [], defaultSendEnabled: true };
}
