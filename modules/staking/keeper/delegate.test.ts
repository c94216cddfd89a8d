import { beforeEach, describe, expect, test } from "vitest";
import { MsgDelegate } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import {
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";
import { MAX_SHARES, MAX_STAKED_TOKENS } from "../types/limits.js";

const OPERATOR = testOperator(0);
const DELEGATOR = testAccount("delegator");
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n]);
  chain.fund(DELEGATOR, 100n * POWER);
});

function msgOf(amount: bigint, denom = DENOM): MsgDelegate {
  return {
    delegatorAddress: formatAddress("account", DELEGATOR),
    validatorAddress: OPERATOR.operator,
    amount: coin(denom, amount),
  };
}

function delegateNow(amount: bigint) {
  return chain.block({ run: (ctx) => void chain.deliver(ctx, MsgDelegate, msgOf(amount)) });
}

/** Overwrites what the validator's shares are worth; its pools no longer fit. */
function setStake(change: { readonly tokens?: bigint; readonly shares?: bigint }): void {
  const ctx = chain.context();
  const { state } = chain.keeper;
  state.setValidator(ctx, { ...state.getValidator(ctx, OPERATOR.address), ...change });
}

function codeOf(msg: MsgDelegate): string {
  const error = chain.refuse(MsgDelegate, msg);
  return `${error.codespace}/${error.code}`;
}

describe("delegating", () => {
  test("moves tokens to the pool of a bonded validator and raises its power two heights on", () => {
    const before = chain.cometSet(chain.height);
    const { updates, events } = delegateNow(5n * POWER + 1n);
    expect(updates).toEqual([{ publicKey: OPERATOR.consensusKey, power: 15n }]);
    expect(chain.cometSet(chain.height + 1n)).toEqual(before);
    expect(chain.cometSet(chain.height + 2n)[0]?.power).toBe(15n);
    expect(chain.balance(DELEGATOR)).toBe(95n * POWER - 1n);
    const ctx = chain.context();
    expect(chain.transfers.moduleBalance(ctx, "bonded_tokens_pool", DENOM)).toBe(15n * POWER + 1n);
    expect(chain.keeper.bondedPower(ctx)).toBe(15n);
    expect(events.find(({ type }) => type === "delegate")?.attributes).toEqual([
      { key: "validator", value: OPERATOR.operator },
      { key: "delegator", value: formatAddress("account", DELEGATOR) },
      { key: "amount", value: "5000001unes" },
      { key: "new_shares", value: "5000001.000000000000000000" },
    ]);
  });

  test("again adds to the shares", () => {
    delegateNow(3n);
    delegateNow(4n);
    const found = chain.keeper.findDelegation(chain.context(), DELEGATOR, OPERATOR.address);
    expect(found?.shares).toBe(7n * DEC_ONE);
  });

  test("after a slash buys more shares than tokens", () => {
    chain.block({
      run: (ctx) => {
        const { consensusAddress } = OPERATOR;
        expect(chain.keeper.slash(ctx, { consensusAddress, bps: 5_000n })).toBe(5n * POWER);
      },
    });
    delegateNow(POWER);
    const found = chain.keeper.findDelegation(chain.context(), DELEGATOR, OPERATOR.address);
    expect(found?.shares).toBe(2n * POWER * DEC_ONE);
  });

  test("to nobody, of another denomination or without funds is refused", () => {
    expect(codeOf({ ...msgOf(1n), validatorAddress: testOperator(9).operator })).toBe("staking/3");
    expect(codeOf(msgOf(1n, "uother"))).toBe("sdk/18");
    expect(codeOf(msgOf(100n * POWER + 1n))).toBe("sdk/5");
    expect(codeOf(msgOf(MAX_STAKED_TOKENS))).toBe("sdk/18");
  });

  test("to a validator whose shares are worth nothing is refused", () => {
    setStake({ tokens: 0n });
    expect(codeOf(msgOf(1n))).toBe("staking/34");
  });

  test("an amount that buys no share is refused", () => {
    setStake({ tokens: 10n, shares: 1n });
    expect(codeOf(msgOf(9n))).toBe("staking/34");
  });

  test("beyond the bound of shares is refused", () => {
    setStake({ tokens: 1n, shares: MAX_SHARES / 2n });
    expect(codeOf(msgOf(1n))).toBe("staking/34");
  });
});
