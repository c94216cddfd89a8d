import { beforeEach, describe, expect, test } from "vitest";
import {
  MsgCancelUnbondingDelegation,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import {
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";

const OPERATOR = testOperator(0);
const DELEGATOR = testAccount("delegator");
let chain: StakingChain;
let begun: bigint;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n, 1n]);
  chain.fund(DELEGATOR, 8n * POWER);
  const pair = {
    delegatorAddress: formatAddress("account", DELEGATOR),
    validatorAddress: OPERATOR.operator,
  };
  chain.block({
    run: (ctx) => {
      chain.deliver(ctx, MsgDelegate, { ...pair, amount: coin(DENOM, 8n * POWER) });
      chain.deliver(ctx, MsgUndelegate, { ...pair, amount: coin(DENOM, 6n * POWER) });
    },
  });
  begun = chain.height;
});

function msgOf(amount: bigint, denom = DENOM): MsgCancelUnbondingDelegation {
  return {
    delegatorAddress: formatAddress("account", DELEGATOR),
    validatorAddress: OPERATOR.operator,
    amount: coin(denom, amount),
    creationHeight: begun,
  };
}

function cancel(amount: bigint) {
  return chain.block({
    run: (ctx) => void chain.deliver(ctx, MsgCancelUnbondingDelegation, msgOf(amount)),
  });
}

function codeOf(msg: MsgCancelUnbondingDelegation): string {
  const error = chain.refuse(MsgCancelUnbondingDelegation, msg);
  return `${error.codespace}/${error.code}`;
}

const find = () => chain.keeper.state.findUnbonding(chain.context(), DELEGATOR, OPERATOR.address);

describe("cancelling", () => {
  test("a part delegates it again and leaves the rest to unbond", () => {
    const { updates, events } = cancel(4n * POWER);
    expect(updates).toEqual([{ publicKey: OPERATOR.consensusKey, power: 16n }]);
    expect(find()?.entries[0]).toMatchObject({ balance: 2n * POWER, initialBalance: 2n * POWER });
    const delegation = chain.keeper.findDelegation(chain.context(), DELEGATOR, OPERATOR.address);
    expect(delegation?.shares).toBe(6n * POWER * DEC_ONE);
    expect(events.at(-1)).toEqual({
      type: "cancel_unbonding_delegation",
      attributes: [
        { key: "amount", value: "4000000unes" },
        { key: "validator", value: OPERATOR.operator },
        { key: "delegator", value: formatAddress("account", DELEGATOR) },
        { key: "creation_height", value: begun.toString() },
      ],
    });
  });

  test("all of it leaves nothing in the queue", () => {
    cancel(6n * POWER);
    expect(find()).toBeUndefined();
    const { events } = chain.block({ seconds: 22n * 86_400n });
    expect(events.filter(({ type }) => type === "complete_unbonding")).toEqual([]);
    expect(chain.balance(DELEGATOR)).toBe(0n);
  });

  test("is refused for what is not there", () => {
    expect(codeOf(msgOf(1n, "uother"))).toBe("sdk/18");
    expect(codeOf({ ...msgOf(1n), validatorAddress: testOperator(9).operator })).toBe("staking/3");
    expect(codeOf({ ...msgOf(1n), creationHeight: begun + 1n })).toBe("staking/26");
    expect(codeOf({ ...msgOf(1n), delegatorAddress: OPERATOR.account })).toBe("staking/26");
    expect(codeOf(msgOf(6n * POWER + 1n))).toBe("sdk/18");
  });

  test("is refused with a validator that is jailed or worthless", () => {
    const { state } = chain.keeper;
    const ctx = chain.context();
    const validator = state.getValidator(ctx, OPERATOR.address);
    state.setValidator(ctx, { ...validator, jailed: true });
    expect(codeOf(msgOf(1n))).toBe("staking/7");
    state.setValidator(ctx, { ...validator, tokens: 0n });
    expect(codeOf(msgOf(1n))).toBe("staking/34");
  });

  test("is refused when the entry was due before this block", () => {
    const { state } = chain.keeper;
    const ctx = chain.context();
    const unbonding = find()!;
    const due = (completionTimeNs: bigint) => {
      const entries = unbonding.entries.map((entry) => ({ ...entry, completionTimeNs }));
      state.setUnbonding(ctx, { ...unbonding, entries });
    };
    due(chain.timeNs - NS_PER_SECOND);
    expect(codeOf(msgOf(1n))).toBe("sdk/18");
    due(chain.timeNs);
    expect(chain.deliver(ctx, MsgCancelUnbondingDelegation, msgOf(1n))).toEqual({});
  });
});
