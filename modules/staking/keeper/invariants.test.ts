import { beforeEach, expect, test } from "vitest";
import type { Context } from "#core/baseapp/context.js";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import {
  BondStatus,
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import type { KvStore } from "#core/store/kv.js";
import {
  createMsg,
  DENOM,
  POWER,
  registerMsg,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";
import type { StakingState } from "./state.js";
import { stakingInvariants } from "./invariants.js";

const [BONDED, SECOND, WAITING, JAILED] = [0, 1, 2, 3].map(testOperator) as [One, One, One, One];
type One = ReturnType<typeof testOperator>;
const DELEGATOR = testAccount("delegator");
let chain: StakingChain;

/** A chain with a delegation, an unbonding entry, a key that waits and a validator that unbonds. */
beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n, 9n]);
  for (const one of [WAITING, JAILED]) chain.fund(one.address, POWER);
  chain.fund(DELEGATOR, 7n * POWER);
  const pair = {
    delegatorAddress: formatAddress("account", DELEGATOR),
    validatorAddress: BONDED.operator,
  };
  chain.block({
    run: (ctx) => {
      chain.deliver(ctx, MsgDelegate, { ...pair, amount: coin(DENOM, 7n * POWER) });
      chain.deliver(ctx, MsgUndelegate, { ...pair, amount: coin(DENOM, 3n * POWER) });
      chain.deliver(ctx, MsgCreateValidator, createMsg(WAITING, POWER));
      chain.deliver(ctx, MsgRegisterProvider, registerMsg(WAITING));
      chain.keeper.jail(ctx, SECOND.consensusAddress);
    },
  });
  chain.block({ absent: [BONDED.consensusAddress] });
});

interface Parts {
  readonly ctx: Context;
  readonly state: StakingState;
  readonly kv: KvStore;
}

/** Names of the invariants that a change of state breaks. */
function brokenBy(change: (parts: Parts) => void): string[] {
  const ctx = chain.context();
  const { state } = chain.keeper;
  change({ ctx, state, kv: state.kv(ctx) });
  return chain.broken().map((text) => text.slice(0, text.indexOf(":")));
}

const validatorOf = ({ ctx, state }: Parts, of: One) => state.getValidator(ctx, of.address);
const entryOf = ({ ctx, state }: Parts) => state.findUnbonding(ctx, DELEGATOR, BONDED.address)!;

type Corruption = readonly [name: string, what: string, change: (parts: Parts) => void];

const CORRUPTIONS: readonly Corruption[] = [
  [
    "module-accounts",
    "a validator's tokens are not in the pool",
    (parts) => {
      const validator = validatorOf(parts, SECOND);
      parts.state.setValidator(parts.ctx, { ...validator, tokens: validator.tokens + 1n });
    },
  ],
  [
    "nonnegative-power",
    "a candidate is not indexed",
    ({ kv, state }) => {
      state.tables.powerIndex.delete(kv, [14n, BONDED.address]);
    },
  ],
  [
    "nonnegative-power",
    "the index has a stray",
    ({ kv, state }) => {
      state.tables.powerIndex.add(kv, [5n, SECOND.address]);
    },
  ],
  [
    "positive-delegation",
    "a delegation has no shares",
    ({ kv, state }) => {
      const pair = { delegator: DELEGATOR, operator: BONDED.address };
      state.tables.delegations.set(kv, [DELEGATOR, BONDED.address], { ...pair, shares: 0n });
    },
  ],
  [
    "positive-delegation",
    "a delegation is not indexed",
    ({ kv, state }) => {
      state.tables.delegationsByOperator.delete(kv, [BONDED.address, DELEGATOR]);
    },
  ],
  [
    "positive-delegation",
    "the index has a stray",
    ({ kv, state }) => {
      state.tables.delegationsByOperator.add(kv, [SECOND.address, DELEGATOR]);
    },
  ],
  [
    "delegator-shares",
    "a validator has shares of nobody",
    (parts) => {
      const validator = validatorOf(parts, SECOND);
      parts.state.setValidator(parts.ctx, { ...validator, shares: validator.shares + 1n });
    },
  ],
  [
    "delegator-shares",
    "a delegation is to nobody",
    ({ ctx, state }) => {
      state.setDelegation(ctx, { delegator: DELEGATOR, operator: JAILED.address, shares: 1n });
    },
  ],
  [
    "unbonding-queue",
    "an entry is not queued",
    (parts) => {
      const [entry] = entryOf(parts).entries;
      const key = [entry!.completionTimeNs, DELEGATOR, BONDED.address] as const;
      parts.state.tables.unbondingQueue.delete(parts.kv, [...key]);
    },
  ],
  [
    "unbonding-queue",
    "the queue has a stray",
    ({ kv, state }) => {
      state.tables.unbondingQueue.add(kv, [1n << 62n, DELEGATOR, SECOND.address]);
    },
  ],
  [
    "unbonding-queue",
    "an entry is overdue",
    (parts) => {
      const unbonding = entryOf(parts);
      const entries = unbonding.entries.map((entry) => ({ ...entry, completionTimeNs: 1n }));
      parts.state.setUnbonding(parts.ctx, { ...unbonding, entries });
    },
  ],
  [
    "unbonding-queue",
    "a balance exceeds the initial one",
    (parts) => {
      const unbonding = entryOf(parts);
      const entries = unbonding.entries.map((entry) => ({ ...entry, initialBalance: 0n }));
      parts.state.setUnbonding(parts.ctx, { ...unbonding, entries });
    },
  ],
  [
    "unbonding-queue",
    "there are no entries",
    (parts) => {
      const emptied = { ...entryOf(parts), entries: [] };
      parts.state.tables.unbondings.set(parts.kv, [DELEGATOR, BONDED.address], emptied);
    },
  ],
  [
    "unbonding-queue",
    "one is not indexed",
    ({ kv, state }) => {
      state.tables.unbondingsByOperator.delete(kv, [BONDED.address, DELEGATOR]);
    },
  ],
  [
    "unbonding-queue",
    "the index has a stray",
    ({ kv, state }) => {
      state.tables.unbondingsByOperator.add(kv, [SECOND.address, DELEGATOR]);
    },
  ],
  [
    "validator-queue",
    "an unbonding validator is not queued",
    (parts) => {
      const { unbondingTimeNs, operator } = validatorOf(parts, SECOND);
      parts.state.tables.validatorQueue.delete(parts.kv, [unbondingTimeNs, operator]);
    },
  ],
  [
    "validator-queue",
    "the queue has a stray",
    ({ kv, state }) => {
      state.tables.validatorQueue.add(kv, [1n << 62n, BONDED.address]);
    },
  ],
  [
    "validator-queue",
    "one is overdue",
    (parts) => {
      const validator = validatorOf(parts, SECOND);
      parts.state.setValidator(parts.ctx, { ...validator, unbondingTimeNs: 1n });
    },
  ],
  [
    "consensus-keys",
    "an address names another validator",
    ({ kv, state }) => {
      state.tables.byConsensusAddress.set(kv, BONDED.consensusAddress, SECOND.address);
    },
  ],
  [
    "consensus-keys",
    "an address names nobody",
    ({ kv, state }) => {
      state.tables.byConsensusAddress.set(kv, JAILED.consensusAddress, SECOND.address);
    },
  ],
  [
    "consensus-set",
    "the recorded set is another",
    ({ kv, state }) => {
      const [[height, set] = [0n, undefined]] = state.tables.consensusSets.iterate(kv, {
        order: "descending",
      });
      const members = set!.members.map((member) => ({ ...member, power: member.power + 1n }));
      state.tables.consensusSets.set(kv, height, { height, members });
    },
  ],
  [
    "consensus-set",
    "the total is another",
    ({ kv, state }) => {
      state.tables.lastTotalPower.set(kv, 1n);
    },
  ],
  [
    "consensus-set",
    "a bonded validator is not in the set",
    (parts) => {
      const validator = validatorOf(parts, WAITING);
      parts.state.setValidator(parts.ctx, { ...validator, status: BondStatus.BONDED });
    },
  ],
  [
    "consensus-set",
    "a power is below that of the tokens",
    (parts) => {
      const validator = validatorOf(parts, BONDED);
      parts.state.setValidator(parts.ctx, { ...validator, tokens: validator.tokens + POWER });
    },
  ],
  [
    "vrf-keys",
    "a member has no key",
    ({ kv, state }) => {
      state.tables.providers.delete(kv, BONDED.address);
    },
  ],
  [
    "vrf-keys",
    "a provider is no validator",
    ({ ctx, state }) => {
      const provider = state.findProvider(ctx, BONDED.address)!;
      state.setProvider(ctx, { ...provider, operatorAddress: JAILED.operator });
    },
  ],
  [
    "vrf-keys",
    "a key is in use too early",
    (parts) => {
      const { vrfEffectiveHeight } = parts.state.findProvider(parts.ctx, WAITING.address)!;
      parts.state.tables.keyQueue.delete(parts.kv, [vrfEffectiveHeight, WAITING.address]);
    },
  ],
  [
    "vrf-keys",
    "the queue has a stray",
    ({ kv, state }) => {
      state.tables.keyQueue.add(kv, [1n, SECOND.address]);
    },
  ],
  [
    "missed-blocks",
    "a counter is wrong",
    ({ ctx, state }) => {
      const signing = state.findSigningInfo(ctx, BONDED.consensusAddress)!;
      state.setSigningInfo(ctx, BONDED.consensusAddress, { ...signing, missedBlocksCounter: 0n });
    },
  ],
];

test.each(CORRUPTIONS)("%s is broken when %s", (name, _, change) => {
  expect(chain.broken()).toEqual([]);
  expect(brokenBy(change)).toContain(name);
});

test("a slash after the set was fixed, as at the end of a block, breaks none", () => {
  const slashed = ({ ctx }: Parts): void => {
    chain.keeper.slash(ctx, { consensusAddress: BONDED.consensusAddress, bps: 1_000n });
  };
  expect(brokenBy(slashed)).toEqual([]);
  expect(chain.keeper.bondedPower(chain.context())).toBeGreaterThan(0n);
});

test("every invariant is shown to break", () => {
  const names = stakingInvariants(chain.keeper.state).map(({ name }) => name);
  expect([...new Set(CORRUPTIONS.map(([name]) => name))].toSorted()).toEqual(names.toSorted());
});
