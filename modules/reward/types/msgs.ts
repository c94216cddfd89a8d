import type { MsgWithdrawDelegatorReward } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { parseAddress } from "#core/crypto/address.js";

/** Checks a withdrawal without state: both addresses. */
export function validateWithdrawDelegatorReward(msg: MsgWithdrawDelegatorReward): void {
  parseAddress("operator", msg.validatorAddress);
  parseAddress("account", msg.delegatorAddress);
}
