import { beforeEach, describe, expect, test } from "vitest";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import {
  BondStatus,
  MsgUndelegate,
  MsgDelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { DENOM, POWER, StakingChain, testOperator } from "#test/harness/stakingChain.js";

const [FIRST, SECOND] = [testOperator(0), testOperator(1)];
const UNJAIL: MsgUnjail = { validatorAddr: FIRST.operator };
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n, 5n]);
  chain.block();
});

const codeOf = (msg = UNJAIL): string => {
  const error = chain.refuse(MsgUnjail, msg);
  return `${error.codespace}/${error.code}`;
};
const jail = () =>
  chain.block({
    run: (ctx) => {
      chain.keeper.jail(ctx, FIRST.consensusAddress);
    },
  });

describe("unjailing", () => {
  test("after the time brings the validator back into the set", () => {
    const { events, updates } = jail();
    const value = formatAddress("consensus", FIRST.consensusAddress);
    expect(events[0]).toEqual({ type: "slash", attributes: [{ key: "jailed", value }] });
    expect(updates).toEqual([{ publicKey: FIRST.consensusKey, power: 0n }]);
    chain.block({ seconds: 599n });
    expect(codeOf()).toBe("slashing/4");
    chain.block({ seconds: 1n });
    const back = chain.block({ run: (ctx) => void chain.deliver(ctx, MsgUnjail, UNJAIL) });
    expect(back.updates).toEqual([{ publicKey: FIRST.consensusKey, power: 10n }]);
    expect(chain.keeper.findValidator(chain.context(), FIRST.address)).toMatchObject({
      jailed: false,
      status: BondStatus.BONDED,
    });
  });

  test("is refused for nobody, and for who is not jailed", () => {
    expect(codeOf({ validatorAddr: testOperator(9).operator })).toBe("slashing/2");
    expect(codeOf()).toBe("slashing/5");
  });

  test("needs a self delegation of its minimum", () => {
    const own = { delegatorAddress: FIRST.account, validatorAddress: FIRST.operator };
    const { state } = chain.keeper;
    chain.block({
      run: (ctx) => {
        const validator = state.getValidator(ctx, FIRST.address);
        state.setValidator(ctx, { ...validator, minSelfDelegation: 3n * POWER });
        const amount = coin(DENOM, 8n * POWER);
        chain.deliver(ctx, MsgUndelegate, { ...own, amount });
      },
    });
    expect(chain.keeper.isJailed(chain.context(), FIRST.consensusAddress)).toBe(true);
    expect(codeOf()).toBe("slashing/7");
    chain.fund(FIRST.address, POWER);
    chain.block({
      run: (ctx) => {
        chain.deliver(ctx, MsgDelegate, { ...own, amount: coin(DENOM, POWER) });
        // No time was set: a validator that jailed itself may come back at once.
        chain.deliver(ctx, MsgUnjail, UNJAIL);
      },
    });
    const amount = coin(DENOM, 3n * POWER);
    chain.block({ run: (ctx) => void chain.deliver(ctx, MsgUndelegate, { ...own, amount }) });
    expect(codeOf()).toBe("slashing/6");
  });

  test("a tombstoned validator is refused for ever", () => {
    const misbehavior = [
      {
        kind: "duplicateVote",
        consensusAddress: FIRST.consensusAddress,
        power: 10n,
        height: chain.height,
        timeNs: chain.timeNs,
      },
    ] as const;
    chain.block({ misbehavior });
    chain.block({ seconds: 10n ** 9n });
    expect(codeOf()).toBe("slashing/4");
  });
});

describe("jailing", () => {
  test("is nothing for who is jailed already, or unknown", () => {
    jail();
    const before = chain.dump();
    const ctx = chain.context();
    chain.keeper.jail(ctx, FIRST.consensusAddress);
    chain.keeper.jail(ctx, testOperator(9).consensusAddress);
    expect(chain.dump()).toBe(before);
    expect(chain.keeper.isJailed(ctx, testOperator(9).consensusAddress)).toBe(false);
  });

  test("the last validator leaves it in the set, for CometBFT refuses an empty one", () => {
    jail();
    const { updates } = chain.block({
      run: (ctx) => {
        chain.keeper.jail(ctx, SECOND.consensusAddress);
      },
    });
    expect(updates).toEqual([]);
    chain.blocks(3);
    expect(chain.cometSet(chain.height + 2n)).toEqual([
      { address: SECOND.consensusAddress, power: 5n },
    ]);
    chain.block({ seconds: 600n });
    const back = chain.block({ run: (ctx) => void chain.deliver(ctx, MsgUnjail, UNJAIL) });
    expect(back.updates).toEqual([
      { publicKey: FIRST.consensusKey, power: 10n },
      { publicKey: SECOND.consensusKey, power: 0n },
    ]);
  });
});
