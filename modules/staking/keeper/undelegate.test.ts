import { beforeEach, describe, expect, test } from "vitest";
import {
  BondStatus,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { NS_PER_SECOND } from "#core/primitives/units.js";
import {
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";

const [OPERATOR, OTHER] = [testOperator(0), testOperator(1)];
const DELEGATOR = testAccount("delegator");
const UNBONDING_SECONDS = 100n;
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n, 1n], (sections) => {
    const params = sections["staking"]!["params"] as Record<string, unknown>;
    params["unbonding_time"] = `${UNBONDING_SECONDS}s`;
    params["max_entries"] = 2;
  });
  chain.fund(DELEGATOR, 20n * POWER);
  run(MsgDelegate, msgOf(DELEGATOR, 20n * POWER));
});

function run(codec: typeof MsgDelegate | typeof MsgUndelegate, msg: MsgUndelegate) {
  let response: object = {};
  const outcome = chain.block({
    run: (ctx) => {
      response = chain.deliver(ctx, codec, msg);
    },
  });
  return { ...outcome, response };
}

function msgOf(delegator: Uint8Array, amount: bigint, denom = DENOM): MsgUndelegate {
  return {
    delegatorAddress: formatAddress("account", delegator as typeof DELEGATOR),
    validatorAddress: OPERATOR.operator,
    amount: coin(denom, amount),
  };
}

function codeOf(msg: MsgUndelegate): string {
  const error = chain.refuse(MsgUndelegate, msg);
  return `${error.codespace}/${error.code}`;
}

const entriesOf = () =>
  chain.keeper.state.findUnbonding(chain.context(), DELEGATOR, OPERATOR.address)?.entries ?? [];

describe("undelegating", () => {
  test("pays the tokens out when the unbonding time has passed, not before", () => {
    const { response, events, updates } = run(MsgUndelegate, msgOf(DELEGATOR, 5n * POWER));
    const seconds = chain.timeNs / NS_PER_SECOND + UNBONDING_SECONDS;
    const amount = coin(DENOM, 5n * POWER);
    expect(response).toEqual({ completionTime: { seconds, nanos: 0 }, amount });
    expect(updates).toEqual([{ publicKey: OPERATOR.consensusKey, power: 25n }]);
    expect(events.find(({ type }) => type === "unbond")?.attributes).toEqual([
      { key: "validator", value: OPERATOR.operator },
      { key: "delegator", value: formatAddress("account", DELEGATOR) },
      { key: "amount", value: "5000000unes" },
      { key: "completion_time", value: "2023-11-14T22:15:10Z" },
    ]);

    chain.block({ seconds: UNBONDING_SECONDS - 1n });
    expect(chain.balance(DELEGATOR)).toBe(0n);
    const { events: paid } = chain.block({ seconds: 1n });
    expect(chain.balance(DELEGATOR)).toBe(5n * POWER);
    expect(entriesOf()).toEqual([]);
    expect(paid.at(-1)).toEqual({
      type: "complete_unbonding",
      attributes: [
        { key: "amount", value: "5000000unes" },
        { key: "validator", value: OPERATOR.operator },
        { key: "delegator", value: formatAddress("account", DELEGATOR) },
      ],
    });
  });

  test("twice in a block makes one entry, in two blocks two", () => {
    chain.block({
      run: (ctx) => {
        chain.deliver(ctx, MsgUndelegate, msgOf(DELEGATOR, 1n));
        chain.deliver(ctx, MsgUndelegate, msgOf(DELEGATOR, 2n));
      },
    });
    run(MsgUndelegate, msgOf(DELEGATOR, 4n));
    expect(entriesOf().map(({ balance, id }) => [balance, id])).toEqual([
      [3n, 1n],
      [4n, 3n],
    ]);
    chain.block({ seconds: 1000n });
    expect(chain.balance(DELEGATOR)).toBe(7n);
  });

  test("everything removes the delegation", () => {
    run(MsgUndelegate, msgOf(DELEGATOR, 20n * POWER));
    const ctx = chain.context();
    expect(chain.keeper.findDelegation(ctx, DELEGATOR, OPERATOR.address)).toBeUndefined();
    expect([...chain.keeper.delegationsOf(ctx, DELEGATOR)]).toEqual([]);
  });

  test("the operator's own stake below its minimum jails the validator", () => {
    const own = msgOf(OPERATOR.address, 10n * POWER);
    const { updates } = run(MsgUndelegate, own);
    expect(updates).toEqual([{ publicKey: OPERATOR.consensusKey, power: 0n }]);
    const ctx = chain.context();
    expect(chain.keeper.isJailed(ctx, OPERATOR.consensusAddress)).toBe(true);
    const validator = chain.keeper.findValidator(ctx, OPERATOR.address);
    expect(validator?.status).toBe(BondStatus.UNBONDING);
    expect(validator?.tokens).toBe(20n * POWER);
  });

  test("the last shares of a validator that has unbonded removes it", () => {
    run(MsgUndelegate, msgOf(OPERATOR.address, 10n * POWER));
    chain.block({ seconds: UNBONDING_SECONDS });
    expect(chain.keeper.findValidator(chain.context(), OPERATOR.address)?.status).toBe(
      BondStatus.UNBONDED,
    );
    run(MsgUndelegate, msgOf(DELEGATOR, 20n * POWER));
    const ctx = chain.context();
    expect(chain.keeper.findValidator(ctx, OPERATOR.address)).toBeUndefined();
    expect(
      chain.keeper.findValidatorByConsensusAddress(ctx, OPERATOR.consensusAddress),
    ).toBeUndefined();
    expect(chain.keeper.vrfKey(ctx, OPERATOR.operator, ctx.height)).toBeUndefined();
  });

  test("the last shares of a bonded validator removes it once it has unbonded", () => {
    chain.block({
      run: (ctx) => {
        chain.deliver(ctx, MsgUndelegate, msgOf(DELEGATOR, 20n * POWER));
        chain.deliver(ctx, MsgUndelegate, msgOf(OPERATOR.address, 10n * POWER));
      },
    });
    const unbonding = chain.keeper.findValidator(chain.context(), OPERATOR.address);
    expect(unbonding?.status).toBe(BondStatus.UNBONDING);
    expect(unbonding?.shares).toBe(0n);
    chain.block({ seconds: UNBONDING_SECONDS });
    expect(chain.keeper.findValidator(chain.context(), OPERATOR.address)).toBeUndefined();
    expect(chain.balance(OPERATOR.address)).toBe(10n * POWER);
  });

  test("what was slashed away to nothing completes without a coin", () => {
    run(MsgUndelegate, msgOf(DELEGATOR, 1n));
    const { consensusAddress } = OPERATOR;
    const sinceHeight = chain.height;
    chain.block({
      run: (ctx) => void chain.keeper.slash(ctx, { consensusAddress, bps: 10_000n, sinceHeight }),
    });
    const { events } = chain.block({ seconds: UNBONDING_SECONDS });
    expect(chain.balance(DELEGATOR)).toBe(0n);
    expect(events.at(-1)?.attributes[0]).toEqual({ key: "amount", value: "" });
  });
});

describe("undelegating is refused", () => {
  test("from nobody, by nobody, of another denomination, or more than there is", () => {
    const unknown = { ...msgOf(DELEGATOR, 1n), validatorAddress: testOperator(9).operator };
    expect(codeOf(unknown)).toBe("staking/3");
    expect(codeOf({ ...msgOf(DELEGATOR, 1n), validatorAddress: OTHER.operator })).toBe(
      "staking/19",
    );
    expect(codeOf(msgOf(DELEGATOR, 1n, "uother"))).toBe("sdk/18");
    expect(codeOf(msgOf(DELEGATOR, 20n * POWER + 1n))).toBe("sdk/18");
  });

  test("beyond the number of entries", () => {
    run(MsgUndelegate, msgOf(DELEGATOR, 1n));
    run(MsgUndelegate, msgOf(DELEGATOR, 1n));
    expect(codeOf(msgOf(DELEGATOR, 1n))).toBe("staking/27");
  });

  test("when the validator has no tokens, or the amount is less than a share", () => {
    const { state } = chain.keeper;
    const ctx = chain.context();
    const validator = state.getValidator(ctx, OPERATOR.address);
    state.setValidator(ctx, { ...validator, tokens: 0n });
    expect(codeOf(msgOf(DELEGATOR, 1n))).toBe("staking/22");
    state.setValidator(ctx, { ...validator, shares: 1n });
    expect(codeOf(msgOf(DELEGATOR, 1n))).toBe("sdk/18");
  });
});
