import { describe, expect, test } from "vitest";
import {
  BondStatus,
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { coin } from "#core/primitives/coin.js";
import { createMsg, DENOM, POWER, StakingChain, testOperator } from "#test/harness/stakingChain.js";

const [A, B, C, D] = [0, 1, 2, 3].map(testOperator) as [One, One, One, One];
type One = ReturnType<typeof testOperator>;

function startWith(powers: readonly bigint[], maxValidators = 100): StakingChain {
  const chain = new StakingChain();
  chain.start(powers, (sections) => {
    const params = sections["staking"]!["params"] as Record<string, unknown>;
    params["max_validators"] = maxValidators;
    params["unbonding_time"] = "100s";
  });
  return chain;
}

/** Adds power to an operator's own delegation, or takes it. */
function change(chain: StakingChain, of: One, power: bigint) {
  const msg = { delegatorAddress: of.account, validatorAddress: of.operator };
  const amount = coin(DENOM, (power < 0n ? -power : power) * POWER);
  if (power > 0n) chain.fund(of.address, power * POWER);
  const codec = power > 0n ? MsgDelegate : MsgUndelegate;
  return chain.block({ run: (ctx) => void chain.deliver(ctx, codec, { ...msg, amount }) });
}

const statusOf = (chain: StakingChain, of: One) =>
  chain.keeper.findValidator(chain.context(), of.address)?.status;
const update = (of: One, power: bigint) => ({ publicKey: of.consensusKey, power });

describe("the first set", () => {
  test("is the strongest validators, in descending power, then by operator", () => {
    const chain = new StakingChain();
    const updates = chain.start([5n, 7n, 5n, 9n]);
    const [first, second] = [A, C].sort((a, b) => Buffer.compare(a.address, b.address));
    expect(updates).toEqual([
      update(D, 9n),
      update(B, 7n),
      update(first!, 5n),
      update(second!, 5n),
    ]);
  });

  test("leaves out who is beyond the maximum, or has less than one power", () => {
    const chain = new StakingChain();
    chain.init(chain.sections());
    const ctx = chain.context("genesis");
    chain.fund(A.address, POWER);
    chain.deliver(ctx, MsgCreateValidator, createMsg(A, POWER - 1n));
    expect(chain.keeper.applyValidatorSetUpdates(ctx)).toEqual([]);
    expect(startWith([1n, 2n, 3n], 2).cometSet(10n)).toHaveLength(2);
  });
});

describe("a block", () => {
  test("that changes nothing returns nothing", () => {
    expect(startWith([5n, 7n]).block().updates).toEqual([]);
  });

  test("returns new powers first, then who leaves", () => {
    const chain = startWith([5n, 7n, 9n], 2);
    const { updates } = change(chain, A, 5n);
    expect(updates).toEqual([update(A, 10n), update(B, 0n)]);
    expect(statusOf(chain, B)).toBe(BondStatus.UNBONDING);
    const validator = chain.keeper.findValidator(chain.context(), B.address);
    expect(validator?.unbondingHeight).toBe(chain.height);
    expect(validator?.unbondingTimeNs).toBe(chain.timeNs + 100n * 10n ** 9n);
  });

  test("moves what is bonded less what unbonds between the pools at once", () => {
    const chain = startWith([5n, 7n, 9n], 2);
    const { events } = change(chain, A, 5n);
    const moved = events.filter(({ type }) => type === "transfer").at(-1);
    expect(moved?.attributes.at(-1)).toEqual({ key: "amount", value: "3000000unes" });
  });

  test("unbonds a validator whose power falls to zero", () => {
    const chain = startWith([5n, 7n]);
    const { updates } = change(chain, A, -5n);
    expect(updates).toEqual([update(A, 0n)]);
  });
});

describe("a validator that unbonds", () => {
  test("is unbonded when its time has come, and keeps its stake", () => {
    const chain = startWith([5n, 7n, 9n], 2);
    change(chain, A, 5n);
    chain.block({ seconds: 99n });
    expect(statusOf(chain, B)).toBe(BondStatus.UNBONDING);
    chain.block({ seconds: 1n });
    expect(statusOf(chain, B)).toBe(BondStatus.UNBONDED);
    expect(chain.keeper.findValidator(chain.context(), B.address)?.tokens).toBe(7n * POWER);
  });

  test("is bonded again at once when it is chosen meanwhile", () => {
    const chain = startWith([5n, 7n, 9n], 2);
    change(chain, A, 5n);
    const { updates } = change(chain, B, 20n);
    expect(updates).toEqual([update(B, 27n), update(C, 0n)]);
    expect(statusOf(chain, B)).toBe(BondStatus.BONDED);
    chain.block({ seconds: 200n });
    expect(statusOf(chain, B)).toBe(BondStatus.BONDED);
  });

  test("is bonded again from unbonded", () => {
    const chain = startWith([5n, 7n, 9n], 2);
    change(chain, A, 5n);
    chain.block({ seconds: 200n });
    change(chain, B, 20n);
    expect(statusOf(chain, B)).toBe(BondStatus.BONDED);
    const signing = chain.keeper.state.findSigningInfo(chain.context(), B.consensusAddress);
    expect(signing?.startHeight).toBe(chain.height);
  });
});
