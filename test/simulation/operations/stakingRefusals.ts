import { PubKey as Secp256k1PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { MsgCreateValidator } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { vrfPublicKey } from "#core/crypto/ecvrf.js";
import { createValidator } from "#test/harness/genesis.js";
import { type TestAccount, TestValidator } from "#test/harness/identities.js";
import type { Participant } from "../network/participant.js";
import { one, type TxDraft } from "../txDraft.js";
import type { World } from "../world.js";
import { type Drafter, failing, type Operation, sending } from "./operation.js";
import { type Holding, holdings, unbondings, validatorOf } from "./stakeView.js";
import { cancelUnbonding, delegate, register, undelegate, unjail } from "./stakingMessages.js";

/** Refusals for which the occasion is rare. */
export const RARE_STAKING_REFUSALS: readonly Operation[] = [
  sending("staking/delegate-to-the-worthless", 2, (world) => onWorthless(world, delegate)),
  sending("staking/undelegate-from-the-worthless", 1, (world) => onWorthless(world, undelegate)),
  sending("staking/undelegate-again-and-again", 3, againAndAgain),
];

/** Stake messages that are to fail. */
export const STAKING_REFUSALS: Operation = failing("staking/refused", 8, [
  ["delegation to nobody", (world) => delegate(outsider(world), outsider(world).operator, 5n)],
  ["delegation of stone", (world) => delegate(user(world), operatorOf(world), 5n, "stone")],
  ["delegation unfunded", (world) => delegate(pauper(world), operatorOf(world), 10n ** 15n)],
  ["delegation of nothing", (world) => delegate(user(world), operatorOf(world), 0n)],
  ["undelegation from nobody", (world) => undelegate(user(world), outsider(world).operator, 5n)],
  ["undelegation by a stranger", (world) => undelegate(pauper(world), operatorOf(world), 5n)],
  ["undelegation of too much", tooMuch],
  ["cancellation of nothing", (world) => cancelling(world, 1n)],
  ["cancellation at no height", (world) => cancelling(world, 0n)],
  ["cancellation at the jailed", cancelAtJailed],
  ["unjailing of nobody", (world) => unjail(outsider(world))],
  ["unjailing of the free", (world) => withOperator(world, isFree, unjail)],
  ["unjailing too early", (world) => withOperator(world, isJailed, unjail)],
  ["registration by nobody", (world) => registering(world, outsider(world))],
  ["registration of no key", (world) => registering(world, user(world), new Uint8Array(32))],
  [
    "registration without the secret",
    (world) => withOperator(world, isFree, (account) => registering(world, account)),
  ],
  creating("by an operator again", (world, creation) => {
    const { operator } = someone(world);
    const { account } = operator;
    return { ...creation, validatorAddress: account.operator, delegatorAddress: account.text };
  }),
  creating("with a key in use", (world, creation) => ({
    ...creation,
    pubkey: pack(PubKey, { key: someone(world).operator.validator.consensusKey }),
  })),
  creating("with an account's key", (world, creation) => ({
    ...creation,
    pubkey: pack(Secp256k1PubKey, { key: outsider(world).publicKey }),
  })),
  creating("with half a key", (_, creation) => ({
    ...creation,
    pubkey: pack(PubKey, { key: new Uint8Array(16) }),
  })),
  creating("without a key", (_, creation) => ({ ...creation, pubkey: undefined })),
  creating("without a text", (_, creation) => ({
    ...creation,
    description: { ...creation.description, moniker: "" },
  })),
  creating("below its own minimum", (_, creation) => ({
    ...creation,
    minSelfDelegation: "100000000000",
  })),
  rated("with a negative rate", { rate: "-1" }),
  rated("with a maximum above one", { maxRate: "1000000000000000001" }),
  rated("with a rate above its maximum", { rate: "300000000000000000" }),
  rated("with a negative change", { maxChangeRate: "-1" }),
  rated("with a change above its maximum", { maxChangeRate: "300000000000000000" }),
  rated("below the chain's minimum rate", { rate: "10000000000000000" }),
]);

type Creation = ReturnType<typeof createValidator>;

/** A creation by an account that has no validator, made wrong. */
function creating(
  kind: string,
  spoil: (world: World, creation: Creation) => Creation,
): readonly [string, Drafter] {
  const draft = (world: World): TxDraft => {
    const account = outsider(world);
    const good = {
      ...createValidator(new TestValidator("outsider"), 5_000_000n),
      validatorAddress: account.operator,
      delegatorAddress: account.text,
    };
    const message = spoil(world, good);
    const signer = holderOf(world, message.validatorAddress) ?? account;
    return one(signer, pack(MsgCreateValidator, message));
  };
  return [`creation ${kind}`, draft];
}

function rated(kind: string, rates: Partial<Creation["commission"]>): readonly [string, Drafter] {
  return creating(kind, (_, creation) => ({
    ...creation,
    commission: { ...creation.commission, ...rates },
  }));
}

function holderOf({ network }: World, operatorAddress: string): TestAccount | undefined {
  const operators = network.participants.map(({ operator }) => operator.account);
  return operators.find(({ operator }) => operator === operatorAddress);
}

function outsider({ people }: World): TestAccount {
  return people.author;
}

function pauper({ people }: World): TestAccount {
  return people.pauper;
}

/** Holds every denomination. */
function user({ people }: World): TestAccount {
  const [first] = people.users as [TestAccount];
  return first;
}

function someone({ random, network }: World): Participant {
  return random.pick(network.participants);
}

function operatorOf(world: World): string {
  return someone(world).operator.account.operator;
}

function isJailed(world: World, participant: Participant): boolean {
  return validatorOf(world, participant)?.jailed === true;
}

function isFree(world: World, participant: Participant): boolean {
  return validatorOf(world, participant)?.jailed === false;
}

function withOperator(
  world: World,
  which: (world: World, participant: Participant) => boolean,
  draft: (account: TestAccount) => TxDraft,
): TxDraft | undefined {
  const fitting = world.network.participants.filter((one) => which(world, one));
  return fitting.length === 0 ? undefined : draft(world.random.pick(fitting).operator.account);
}

function registering({ random }: World, account: TestAccount, bad?: Uint8Array): TxDraft {
  const publicKey = bad ?? vrfPublicKey(random.bytes(32));
  return register(account, { publicKey, possessionProof: new Uint8Array(80) });
}

function cancelling(world: World, height: bigint): TxDraft {
  return cancelUnbonding(user(world), operatorOf(world), { amount: 5n, height });
}

/** A validator whose shares are worth nothing any more. */
function onWorthless(
  world: World,
  draft: (from: TestAccount, operator: string, amount: bigint) => TxDraft,
): TxDraft | undefined {
  const found = holdings(world).find(({ validator }) => validator.tokens === 0n);
  return found && draft(found.holder, found.operator, 7n);
}

function tooMuch(world: World): TxDraft | undefined {
  const [first] = holdings(world);
  return first && undelegate(first.holder, first.operator, first.tokens * 2n + 10n);
}

/** The pair that has the most entries gets one more, until it may not. */
function againAndAgain(world: World): TxDraft | undefined {
  const count = ({ holder, validator }: Holding): number =>
    unbondings(world).find(
      (one) => one.holder === holder && sameBytes(one.operator, validator.operator),
    )?.entries.length ?? 0;
  const [most] = holdings(world)
    .filter(({ tokens }) => tokens > 100n)
    .sort((a, b) => count(b) - count(a));
  return most && undelegate(most.holder, most.operator, 11n);
}

function cancelAtJailed(world: World): TxDraft | undefined {
  const jailed = world.network.participants.filter((one) => isJailed(world, one));
  const found = unbondings(world).find(({ operator }) =>
    jailed.some((one) => sameBytes(one.operator.account.address, operator)),
  );
  const [entry] = found?.entries ?? [];
  if (found === undefined || entry === undefined) return undefined;
  const text = jailed.find((one) => sameBytes(one.operator.account.address, found.operator));
  const height = entry.creationHeight;
  return (
    text && cancelUnbonding(found.holder, text.operator.account.operator, { amount: 1n, height })
  );
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
