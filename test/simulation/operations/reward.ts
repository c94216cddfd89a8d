import { MsgWithdrawDelegatorReward } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { formatAddress } from "#core/crypto/address.js";
import { TestAccount } from "#test/harness/identities.js";
import { one, type TxDraft } from "../txDraft.js";
import { failing, type Operation, sending } from "./operation.js";
import { holders } from "./stakeView.js";

/** Withdrawals of rewards, and those that are refused. */
export const REWARD_OPERATIONS: readonly Operation[] = [
  sending("reward/withdraw", 4, (world) => {
    const delegations = [...world.keepers.staking.delegations(world.context())];
    const { delegator, operator } = world.random.pick(delegations);
    const text = formatAddress("account", delegator);
    const signer = holders(world).find((account) => account.text === text);
    return signer && withdraw(signer, formatAddress("operator", operator));
  }),
  failing("reward/refused", 1, [
    [
      "of no validator",
      ({ people }) => withdraw(people.author, new TestAccount("no validator").operator),
    ],
    [
      "of no delegation",
      ({ people, network }) => {
        const [first] = network.participants;
        return first && withdraw(people.pauper, first.operator.account.operator);
      },
    ],
    ["of no address", ({ people }) => withdraw(people.author, people.author.text)],
  ]),
];

function withdraw(signer: TestAccount, validatorAddress: string): TxDraft {
  const delegatorAddress = signer.text;
  return one(signer, pack(MsgWithdrawDelegatorReward, { delegatorAddress, validatorAddress }));
}
