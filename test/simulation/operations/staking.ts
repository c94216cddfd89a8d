import { sha256 } from "#core/crypto/hash.js";
import { createValidator } from "#test/harness/genesis.js";
import type { TestAccount } from "#test/harness/identities.js";
import { FOOL, JOINERS } from "../scenario/start.js";
import type { TxDraft } from "../txDraft.js";
import type { World } from "../world.js";
import { type Operation, sending } from "./operation.js";
import { holdings, isTombstoned, unbondings, validatorOf } from "./stakeView.js";
import {
  cancelUnbonding,
  createAndRegister,
  delegate,
  register,
  undelegate,
  unjail,
} from "./stakingMessages.js";

const JOINER_STAKE = 60_000_000n;

/** Stake, jail and VRF keys. */
export const STAKING_OPERATIONS: readonly Operation[] = [
  { name: "staking/join", weight: 3, act: join },
  sending("staking/delegate", 5, (world) => {
    const { random, people, network } = world;
    const sound = network.participants.filter(
      ({ name, operator }) => name !== FOOL && !isTombstoned(world, operator.validator.address),
    );
    const { operator } = random.pick(sound);
    const amount = random.pick([1n, 999_999n, 3_000_000n, 12_345_678n]);
    return delegate(random.pick(people.users), operator.account.operator, amount);
  }),
  sending("staking/undelegate", 4, (world) => {
    const outside = holdings(world).filter(({ holder, operator }) => holder.operator !== operator);
    if (outside.length === 0) return undefined;
    const { holder, operator, tokens } = world.random.pick(outside);
    const part = world.random.pick([tokens, tokens / 2n, tokens / 7n]);
    return undelegate(holder, operator, part > 0n ? part : 1n);
  }),
  sending("staking/undelegate-own", 1, undelegateOwn),
  sending("staking/cancel-unbonding", 3, (world) => {
    const waiting = unbondings(world);
    if (waiting.length === 0) return undefined;
    const { holder, operator, entries } = world.random.pick(waiting);
    const [entry] = entries;
    if (entry === undefined) return undefined;
    const amount = world.random.oneIn(2) ? entry.balance : entry.balance / 3n + 1n;
    const text = operatorText(world, operator);
    if (text === undefined) return undefined;
    return cancelUnbonding(holder, text, { amount, height: entry.creationHeight });
  }),
  sending("staking/unjail", 6, (world) => {
    const jailed = world.network.participants.filter(
      (participant) => validatorOf(world, participant)?.jailed === true,
    );
    return jailed.length === 0 ? undefined : unjail(world.random.pick(jailed).operator.account);
  }),
  sending("staking/rotate-vrf-key", 2, ({ random, network, chainId }) => {
    const { operator } = random.pick(network.participants);
    return register(operator.account, operator.rotate(chainId));
  }),
  sending("staking/abandon-tombstoned", 14, abandonTombstoned),
];

/** Starts a node and makes it a validator; its own stake must never fall below what it was. */
async function join(world: World): Promise<void> {
  const there = new Set(world.network.participants.map(({ name }) => name));
  const next = JOINERS.find(([name, height]) => !there.has(name) && world.height >= height);
  if (next === undefined) return;
  const { operator } = await world.join(next[0]);
  const creation = {
    ...createValidator(operator.validator, JOINER_STAKE),
    minSelfDelegation: JOINER_STAKE.toString(),
  };
  const draft = createAndRegister(operator.account, creation, operator.rotate(world.chainId));
  world.send("staking/join", draft);
}

/** A byzantine operator takes its own stake back, which jails it. */
function undelegateOwn(world: World): TxDraft | undefined {
  if (!world.random.oneIn(2) || world.height < 150n) return undefined;
  const own = holdings(world).filter(
    ({ holder, operator }) => holder.operator === operator && isByzantine(world, holder),
  );
  if (own.length === 0) return undefined;
  const { holder, operator, tokens } = world.random.pick(own);
  return undelegate(holder, operator, tokens > 0n ? tokens : 1n);
}

function isByzantine({ network }: World, account: TestAccount): boolean {
  return network.participants.some(
    ({ character, operator }) =>
      character === "byzantine" && operator.account.operator === account.operator,
  );
}

/** Everybody leaves a tombstoned validator; when it is gone, somebody tries to use its key. */
function abandonTombstoned(world: World): TxDraft | undefined {
  const tombstoned = world.network.participants.filter(({ operator }) =>
    isTombstoned(world, operator.validator.address),
  );
  if (tombstoned.length === 0) return undefined;
  const dead = world.random.pick(tombstoned);
  const { account, validator } = dead.operator;
  if (validatorOf(world, dead) === undefined) {
    const { author } = world.people;
    const creation = {
      ...createValidator(validator, JOINER_STAKE),
      validatorAddress: author.operator,
      delegatorAddress: author.text,
    };
    const key = { publicKey: validator.vrfKey, possessionProof: sha256() };
    return createAndRegister(author, creation, key);
  }
  const [left] = holdings(world).filter(({ operator }) => operator === account.operator);
  return left && undelegate(left.holder, left.operator, left.tokens > 0n ? left.tokens : 1n);
}

function operatorText({ network }: World, operator: Uint8Array): string | undefined {
  const hex = Buffer.from(operator).toString("hex");
  const found = network.participants.find(
    (one) => Buffer.from(one.operator.account.address).toString("hex") === hex,
  );
  return found?.operator.account.operator;
}
