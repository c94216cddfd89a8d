import { beforeEach, describe, expect, test } from "vitest";
import {
  BondStatus,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { InvariantError } from "#core/primitives/assert.js";
import { coin } from "#core/primitives/coin.js";
import {
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";
import type { StakeSlash } from "./slash.js";

const OPERATOR = testOperator(0);
const { consensusAddress } = OPERATOR;
const [DELEGATOR, REWARDED] = [testAccount("delegator"), testAccount("rewarded")];
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n, 5n], (sections) => {
    const params = sections["staking"]!["params"] as Record<string, unknown>;
    params["unbonding_time"] = "1000s";
  });
  chain.block();
});

function slash(request: Omit<StakeSlash, "consensusAddress">) {
  let taken = -1n;
  const before = chain.bank.supply(chain.context(), DENOM);
  const { events, updates } = chain.block({
    run: (ctx) => {
      taken = chain.keeper.slash(ctx, { consensusAddress, ...request });
    },
  });
  const burnt = before - chain.bank.supply(chain.context(), DENOM);
  return { taken, burnt, events, updates };
}

/** Stakes and takes back; gives the height at which it began to unbond. */
function unbond(amount: bigint): bigint {
  chain.fund(DELEGATOR, amount);
  const msg = {
    delegatorAddress: formatAddress("account", DELEGATOR),
    validatorAddress: OPERATOR.operator,
    amount: coin(DENOM, amount),
  };
  chain.block({
    run: (ctx) => {
      chain.deliver(ctx, MsgDelegate, msg);
      chain.deliver(ctx, MsgUndelegate, msg);
    },
  });
  return chain.height;
}

const balanceOf = () =>
  chain.keeper.state.findUnbonding(chain.context(), DELEGATOR, OPERATOR.address)?.entries[0]
    ?.balance;

describe("taking a fraction of the stake", () => {
  test("burns it, lowers the power and leaves the shares", () => {
    const { taken, burnt, events, updates } = slash({ bps: 1_000n });
    expect([taken, burnt]).toEqual([POWER, POWER]);
    expect(updates).toEqual([{ publicKey: OPERATOR.consensusKey, power: 9n }]);
    const validator = chain.keeper.findValidator(chain.context(), OPERATOR.address);
    expect(validator?.shares).toBe(10n * POWER * 10n ** 18n);
    expect(events.find(({ type }) => type === "slash")?.attributes).toEqual([
      { key: "address", value: formatAddress("consensus", consensusAddress) },
      { key: "power", value: "10" },
      { key: "reason", value: "inference_fault" },
      { key: "burned_coins", value: "1000000" },
    ]);
  });

  test("rounds down, and pays the reward out of it", () => {
    const reward = { address: REWARDED, bps: 3_333n };
    const { taken, burnt } = slash({ bps: 1n, reward });
    expect(taken).toBe(1_000n);
    expect(chain.balance(REWARDED)).toBe(333n);
    expect(burnt).toBe(667n);
  });

  test("without a height leaves alone what unbonds", () => {
    unbond(2n * POWER);
    expect(slash({ bps: 5_000n }).taken).toBe(5n * POWER);
    expect(balanceOf()).toBe(2n * POWER);
  });

  test("takes of what began to unbond since the height, and rewards from both pools", () => {
    const height = unbond(2n * POWER);
    const reward = { address: REWARDED, bps: 5_000n };
    const { taken, burnt } = slash({ bps: 5_000n, reward, sinceHeight: height });
    expect(taken).toBe(6n * POWER);
    expect(chain.balance(REWARDED)).toBe(3n * POWER);
    expect(burnt).toBe(3n * POWER);
    expect(balanceOf()).toBe(POWER);
    expect(slash({ bps: 5_000n, sinceHeight: height + 1n }).taken).toBe((5n * POWER) / 2n);
    expect(balanceOf()).toBe(POWER);
  });

  test("takes what is left when a second slash asks for more", () => {
    const height = unbond(2n * POWER);
    slash({ bps: 6_000n, sinceHeight: height });
    slash({ bps: 6_000n, sinceHeight: height });
    expect(balanceOf()).toBe(0n);
    const tokens = chain.keeper.findValidator(chain.context(), OPERATOR.address)!.tokens;
    expect(slash({ bps: 10_000n, sinceHeight: height }).taken).toBe(tokens);
  });

  test("takes from a validator that unbonds", () => {
    chain.block({
      run: (ctx) => {
        chain.keeper.jail(ctx, consensusAddress);
      },
    });
    const { status } = chain.keeper.findValidator(chain.context(), OPERATOR.address)!;
    expect(status).toBe(BondStatus.UNBONDING);
    expect(slash({ bps: 1_000n })).toMatchObject({ taken: POWER, burnt: POWER });
  });
});

describe("nothing is taken", () => {
  test("from nobody, or of nothing", () => {
    const ctx = chain.context();
    const before = chain.dump();
    const nobody = testAccount("nobody");
    expect(chain.keeper.slash(ctx, { consensusAddress: nobody, bps: 1_000n })).toBe(0n);
    expect(chain.keeper.slash(ctx, { consensusAddress, bps: 0n })).toBe(0n);
    expect(chain.dump()).toBe(before);
    expect(ctx.events).toEqual([]);
  });

  test("from a validator that has unbonded", () => {
    chain.block({
      run: (ctx) => {
        chain.keeper.jail(ctx, consensusAddress);
      },
    });
    chain.block({ seconds: 1000n });
    expect(slash({ bps: 1_000n })).toMatchObject({ taken: 0n, burnt: 0n });
  });

  test("from a tombstoned one", () => {
    const { height, timeNs } = chain;
    const misbehavior = [
      { kind: "duplicateVote", consensusAddress, power: 10n, height, timeNs },
    ] as const;
    chain.block({ misbehavior });
    expect(slash({ bps: 1_000n })).toMatchObject({ taken: 0n, burnt: 0n });
  });

  test("beyond the whole: that halts", () => {
    const ctx = chain.context();
    expect(() => chain.keeper.slash(ctx, { consensusAddress, bps: 10_001n })).toThrow(
      InvariantError,
    );
  });
});
