import type { MsgRouter } from "#core/baseapp/router.js";
import {
  MsgWithdrawDelegatorReward,
  MsgWithdrawDelegatorRewardResponse,
} from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { REWARD_MODULE } from "../types/keys.js";
import { validateWithdrawDelegatorReward } from "../types/msgs.js";
import type { RewardKeeper } from "./keeper.js";
import { withdrawDelegatorReward } from "./withdrawDelegatorReward.js";

/** Routes every message of the module to its handler. */
export function registerRewardMsgs(router: MsgRouter, keeper: RewardKeeper): void {
  router.add(REWARD_MODULE, {
    codec: MsgWithdrawDelegatorReward,
    responseCodec: MsgWithdrawDelegatorRewardResponse,
    signers: (msg) => [msg.delegatorAddress],
    validate: validateWithdrawDelegatorReward,
    handle: (ctx, msg) => withdrawDelegatorReward(ctx, keeper, msg),
  });
}
