import { beforeEach, describe, expect, test } from "vitest";
import type { Misbehavior } from "#core/baseapp/context.js";
import {
  BondStatus,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import {
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";

const GUILTY = testOperator(0);
const DELEGATOR = testAccount("delegator");
const PAIR = {
  delegatorAddress: formatAddress("account", DELEGATOR),
  validatorAddress: GUILTY.operator,
};
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n, 5n], (sections) => {
    const params = sections["staking"]!["params"] as Record<string, unknown>;
    params["unbonding_time"] = "1000s";
  });
  chain.fund(DELEGATOR, 10n * POWER);
  const amount = coin(DENOM, 10n * POWER);
  chain.block({ run: (ctx) => void chain.deliver(ctx, MsgDelegate, { ...PAIR, amount }) });
  chain.blocks(3);
});

function proofOf(height: bigint, change: Partial<Misbehavior> = {}): Misbehavior {
  return {
    kind: "duplicateVote",
    consensusAddress: GUILTY.consensusAddress,
    power: 20n,
    height,
    timeNs: chain.timeNs,
    ...change,
  };
}

function undelegate(amount: bigint): bigint {
  const msg = { ...PAIR, amount: coin(DENOM, amount) };
  chain.block({ run: (ctx) => void chain.deliver(ctx, MsgUndelegate, msg) });
  return chain.height;
}

const validatorOf = () => chain.keeper.findValidator(chain.context(), GUILTY.address)!;
const balances = () =>
  chain.keeper.state
    .findUnbonding(chain.context(), DELEGATOR, GUILTY.address)
    ?.entries.map(({ balance }) => balance);

describe.each(["duplicateVote", "lightClientAttack"] as const)("proof of a %s", (kind) => {
  test("slashes, jails and tombstones", () => {
    const supply = chain.bank.supply(chain.context(), DENOM);
    const { events, updates } = chain.block({ misbehavior: [proofOf(chain.height, { kind })] });
    expect(updates).toEqual([{ publicKey: GUILTY.consensusKey, power: 0n }]);
    expect(validatorOf()).toMatchObject({
      jailed: true,
      status: BondStatus.UNBONDING,
      tokens: 19n * POWER,
    });
    expect(chain.bank.supply(chain.context(), DENOM)).toBe(supply - POWER);
    const address = formatAddress("consensus", GUILTY.consensusAddress);
    expect(events.filter(({ type }) => type === "slash")).toEqual([
      {
        type: "slash",
        attributes: [
          { key: "address", value: address },
          { key: "power", value: "20" },
          { key: "reason", value: "double_sign" },
          { key: "burned_coins", value: "1000000" },
        ],
      },
      { type: "slash", attributes: [{ key: "jailed", value: address }] },
    ]);
    expect(
      chain.keeper.state.findSigningInfo(chain.context(), GUILTY.consensusAddress),
    ).toMatchObject({
      tombstoned: true,
      jailedUntil: { seconds: 253_402_300_799n, nanos: 0 },
    });
  });
});

describe("stake that left", () => {
  test("is slashed if it began to unbond at the height before or later", () => {
    const heights = [undelegate(POWER), undelegate(2n * POWER), undelegate(3n * POWER)];
    chain.block({ misbehavior: [proofOf(heights[1]! + 1n)] });
    expect(balances()).toEqual([POWER, (2n * POWER * 95n) / 100n, (3n * POWER * 95n) / 100n]);
    // 5 % of the 20 that signed, less what the entries paid.
    expect(validatorOf().tokens).toBe(14n * POWER - (POWER - (5n * POWER) / 20n));
  });

  test("is not slashed once it is due", () => {
    undelegate(POWER);
    const { height } = chain;
    chain.block({ seconds: 1000n, misbehavior: [proofOf(height)] });
    expect(chain.balance(DELEGATOR)).toBe(POWER);
    expect(validatorOf().tokens).toBe(18n * POWER);
  });

  test("relieves the validator by what it owes, even where it has less left", () => {
    undelegate(10n * POWER);
    const sinceHeight = chain.height;
    const { consensusAddress } = GUILTY;
    chain.block({
      run: (ctx) => void chain.keeper.slash(ctx, { consensusAddress, bps: 9_900n, sinceHeight }),
    });
    chain.fund(GUILTY.address, 5n * POWER);
    const own = { delegatorAddress: GUILTY.account, validatorAddress: GUILTY.operator };
    const amount = coin(DENOM, 5n * POWER);
    chain.block({ run: (ctx) => void chain.deliver(ctx, MsgDelegate, { ...own, amount }) });
    const before = validatorOf().tokens;
    expect(balances()).toEqual([POWER / 10n]);
    chain.block({ misbehavior: [proofOf(sinceHeight)] });
    expect(balances()).toEqual([0n]);
    // 5 % of the 20 that signed are due, and the entry owes 5 % of 10.
    expect(before - validatorOf().tokens).toBe(POWER / 2n);
  });
});

describe("a proof is passed over", () => {
  const expectNothing = (proof: Misbehavior) => {
    const tokens = chain.keeper.findValidator(chain.context(), GUILTY.address)?.tokens;
    const { events } = chain.block({ misbehavior: [proof] });
    expect(events.filter(({ type }) => type === "slash")).toEqual([]);
    expect(chain.keeper.findValidator(chain.context(), GUILTY.address)?.tokens).toBe(tokens);
  };

  test("the second time", () => {
    chain.block({ misbehavior: [proofOf(chain.height)] });
    expectNothing(proofOf(chain.height));
  });

  test("against nobody", () => {
    expectNothing(proofOf(chain.height, { consensusAddress: testAccount("nobody") }));
  });

  test("against a validator that has unbonded", () => {
    chain.block({
      run: (ctx) => {
        chain.keeper.jail(ctx, GUILTY.consensusAddress);
      },
    });
    chain.block({ seconds: 1000n });
    expect(validatorOf().status).toBe(BondStatus.UNBONDED);
    expectNothing(proofOf(chain.height - 1n));
  });
});

test("a validator that is jailed already is slashed and tombstoned while it unbonds", () => {
  chain.block({
    run: (ctx) => {
      chain.keeper.jail(ctx, GUILTY.consensusAddress);
    },
  });
  const { events } = chain.block({ misbehavior: [proofOf(chain.height - 1n)] });
  expect(events.filter(({ type }) => type === "slash")).toHaveLength(1);
  expect(validatorOf().tokens).toBe(19n * POWER);
});
