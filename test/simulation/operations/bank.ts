import { MsgMultiSend, MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { formatAddress, moduleAddress } from "#core/crypto/address.js";
import { type Coin, coin } from "#core/primitives/coin.js";
import { TestAccount } from "#test/harness/identities.js";
import { one, type TxDraft } from "../txDraft.js";
import type { World } from "../world.js";
import { failing, type Operation, sending } from "./operation.js";

/** Transfers, and those that are refused. */
export const BANK_OPERATIONS: readonly Operation[] = [
  sending("bank/send", 6, (world) => {
    const from = world.random.pick(world.people.users);
    return one(from, sendMessage(from, receiver(world), [unes(1 + world.random.below(50_000))]));
  }),
  sending("bank/send-several-messages", 2, (world) => {
    const [from, to] = world.random.shuffle(world.people.users) as [TestAccount, TestAccount];
    const messages = [
      sendMessage(from, to.text, [unes(10)]),
      sendMessage(to, from.text, [unes(3)]),
      sendMessage(from, receiver(world), [unes(7)]),
    ];
    return { signers: [from, to], messages };
  }),
  sending("bank/multi-send", 2, (world) => {
    const from = world.random.pick(world.people.users);
    const outputs = Array.from({ length: 1 + world.random.below(4) }, (_, index) => ({
      address: receiver(world),
      coins: [unes(1 + index)],
    }));
    const total = outputs.reduce((sum, _, index) => sum + 1 + index, 0);
    return one(from, multiSend([{ address: from.text, coins: [unes(total)] }], outputs));
  }),
  failing("bank/refused", 3, [
    ["unfunded", (world) => refusedSend(world, [coin("unes", 10n ** 20n)])],
    ["unfunded in the second message", secondFails],
    ["no coins", (world) => refusedSend(world, [])],
    ["coins out of order", (world) => refusedSend(world, [unes(1), coin("stone", 1n)])],
    ["a coin of zero", (world) => refusedSend(world, [unes(0)])],
    ["a disabled denomination", (world) => refusedSend(world, [coin("stone", 1n)])],
    [
      "to a module",
      ({ people: { users } }) => {
        const [from] = users as [TestAccount];
        const to = formatAddress("account", moduleAddress("inference"));
        return one(from, sendMessage(from, to, [unes(5)]));
      },
    ],
    [
      "to nowhere",
      ({ people: { users } }) => {
        const [from] = users as [TestAccount];
        return one(from, sendMessage(from, "nesa1nobody", [unes(5)]));
      },
    ],
    ["without inputs", (world) => refusedMulti(world, [], [world.people.author.text])],
    ["without outputs", (world) => refusedMulti(world, [4n], [])],
    ["of two senders", (world) => refusedMulti(world, [2n, 2n], [world.people.author.text])],
    ["of another sum", (world) => refusedMulti(world, [4n], [world.people.author.text])],
  ]),
];

/** A transfer of unes. */
export function sendMessage(from: TestAccount, to: string, amount: readonly Coin[]): PackedMessage {
  return pack(MsgSend, { fromAddress: from.text, toAddress: to, amount: [...amount] });
}

function unes(amount: number): Coin {
  return coin("unes", BigInt(amount));
}

/** Somebody, now and then one who has no account yet. */
function receiver({ random, people, height }: World): string {
  return random.oneIn(5)
    ? new TestAccount(`stranger-${height}-${random.below(1_000)}`).text
    : random.pick(people.users).text;
}

function refusedSend({ people, random }: World, amount: readonly Coin[]): TxDraft {
  const from = random.pick(people.users);
  return one(from, sendMessage(from, people.author.text, amount));
}

function secondFails({ people, random }: World): TxDraft {
  const from = random.pick(people.users);
  const messages = [unes(9), coin("unes", 10n ** 20n)].map((amount) =>
    sendMessage(from, people.author.text, [amount]),
  );
  return one(from, ...messages);
}

type Part = MsgMultiSend["inputs"][number];

function multiSend(inputs: readonly Part[], outputs: readonly Part[]): PackedMessage {
  return pack(MsgMultiSend, { inputs: [...inputs], outputs: [...outputs] });
}

function refusedMulti(
  { people }: World,
  amounts: readonly bigint[],
  receivers: readonly string[],
): TxDraft {
  const senders = people.users.slice(0, Math.max(1, amounts.length));
  const inputs = amounts.map((amount, index) => ({
    address: senders[index]?.text ?? "",
    coins: [coin("unes", amount)],
  }));
  const outputs = receivers.map((address) => ({ address, coins: [unes(3)] }));
  return { signers: senders, messages: [multiSend(inputs, outputs)] };
}
