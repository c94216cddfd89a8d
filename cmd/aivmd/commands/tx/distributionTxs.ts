import {
  MsgWithdrawDelegatorReward,
  QueryDelegationTotalRewardsRequest,
  QueryDelegationTotalRewardsResponse,
} from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { validateWithdrawDelegatorReward } from "#modules/reward/types/msgs.js";
import { callQuery } from "#sdk/query/callQuery.js";
import { notFound } from "../query/errors.js";
import type { MessageSource, TxGroup } from "./txTable.js";

const TOTAL_REWARDS = {
  path: "/cosmos.distribution.v1beta1.Query/DelegationTotalRewards",
  request: QueryDelegationTotalRewardsRequest,
  response: QueryDelegationTotalRewardsResponse,
};

/** Rewards that come between simulation and block make a transfer of what was none. */
const GAS_ADJUSTMENT = 2.5;

/** `aivmd tx distribution`, also called `reward`. */
export const DISTRIBUTION_TXS: TxGroup = {
  name: "distribution",
  aliases: ["reward"],
  summary: "withdraw the rewards of delegations",
  commands: [
    {
      name: "withdraw-rewards",
      summary: "withdraw what the signer's delegation to a validator has earned",
      args: [["<validator>", "operator address"]],
      gasAdjustment: GAS_ADJUSTMENT,
      example: "nesavaloper1w2tgtrgx2f6hktgncw22w7quu3xc4zrnrl64lq --from alice",
      build: ({ sender, args: [validator = ""] }) => [withdrawal(sender.account, validator)],
    },
    {
      name: "withdraw-all-rewards",
      summary: "withdraw what all delegations of the signer have earned",
      args: [],
      gasAdjustment: GAS_ADJUSTMENT,
      example: "--from alice",
      build: withdrawAll,
    },
  ],
};

async function withdrawAll({ sender, rpc }: MessageSource): Promise<PackedMessage[]> {
  const { account } = sender;
  const { response } = await callQuery(rpc, TOTAL_REWARDS, { delegatorAddress: account });
  const messages = response.rewards.map(({ validatorAddress }) =>
    withdrawal(account, validatorAddress),
  );
  if (messages.length === 0) throw notFound({ problem: `${account} delegates to no validator` });
  return messages;
}

function withdrawal(delegatorAddress: string, validatorAddress: string): PackedMessage {
  const message = { delegatorAddress, validatorAddress };
  validateWithdrawDelegatorReward(message);
  return pack(MsgWithdrawDelegatorReward, message);
}
