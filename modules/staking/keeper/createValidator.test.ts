import { beforeEach, describe, expect, test } from "vitest";
import { MsgCreateValidator, BondStatus } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { formatAddress } from "#core/crypto/address.js";
import { DEC_ONE } from "#core/primitives/dec.js";
import {
  createMsg,
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";
import { MAX_STAKED_TOKENS } from "../types/limits.js";

const [FIRST, SECOND] = [testOperator(0), testOperator(1)];
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n], (sections) => {
    (sections["staking"]!["params"] as { min_commission_rate: string }).min_commission_rate =
      "0.05";
  });
});

const msgOf = (number: number, tokens: bigint) => createMsg(testOperator(number), tokens);

describe("creating a validator", () => {
  test("stakes the operator's tokens in the not-bonded pool for shares at one each", () => {
    chain.fund(SECOND.address, 12n);
    const msg = { ...msgOf(1, 7n), minSelfDelegation: "3" };
    const { events } = chain.block({
      run: (ctx) => {
        expect(chain.deliver(ctx, MsgCreateValidator, msg)).toEqual({});
      },
    });
    const ctx = chain.context();
    expect(chain.keeper.findValidator(ctx, SECOND.address)).toEqual({
      operator: SECOND.address,
      consensusKey: SECOND.consensusKey,
      jailed: false,
      status: BondStatus.UNBONDED,
      tokens: 7n,
      shares: 7n * DEC_ONE,
      description: msg.description,
      unbondingHeight: 0n,
      unbondingTimeNs: 0n,
      commission: {
        commissionRates: msg.commission,
        updateTime: { seconds: 1_700_000_005n, nanos: 0 },
      },
      minSelfDelegation: 3n,
    });
    expect(chain.keeper.findDelegation(ctx, SECOND.address, SECOND.address)?.shares).toBe(
      7n * DEC_ONE,
    );
    expect(chain.balance(SECOND.address)).toBe(5n);
    expect(chain.transfers.moduleBalance(ctx, "not_bonded_tokens_pool", DENOM)).toBe(7n);
    expect(events.at(-1)).toEqual({
      type: "create_validator",
      attributes: [
        { key: "validator", value: SECOND.operator },
        { key: "amount", value: "7unes" },
      ],
    });
  });

  test("is found by its consensus address", () => {
    chain.fund(SECOND.address, 7n);
    chain.block({ run: (ctx) => void chain.deliver(ctx, MsgCreateValidator, msgOf(1, 7n)) });
    const found = chain.keeper.findValidatorByConsensusAddress(
      chain.context(),
      SECOND.consensusAddress,
    );
    expect(formatAddress("operator", found!.operator)).toBe(SECOND.operator);
  });

  test.each([
    [
      "below the least commission",
      () => ({ ...msgOf(1, 7n), commission: { rate: "0", maxRate: "1", maxChangeRate: "0" } }),
      "staking/40",
    ],
    ["for an operator that has one", () => msgOf(0, 7n), "staking/4"],
    [
      "with a key that another has",
      () => ({ ...msgOf(1, 7n), pubkey: msgOf(0, 7n).pubkey }),
      "staking/5",
    ],
    [
      "of another denomination",
      () => ({ ...msgOf(1, 7n), value: { denom: "uother", amount: "7" } }),
      "sdk/18",
    ],
    ["without the funds", () => msgOf(1, 8n), "sdk/5"],
    ["with more stake than power can count", () => msgOf(1, MAX_STAKED_TOKENS), "sdk/18"],
  ])("%s is refused", (_, msg, code) => {
    chain.fund(SECOND.address, 7n);
    const error = chain.refuse(MsgCreateValidator, msg());
    expect(`${error.codespace}/${error.code}`).toBe(code);
  });

  test("with a tombstoned key is refused", () => {
    const other = testOperator(2);
    chain.fund(other.address, 100n * POWER);
    chain.fund(testAccount("delegator"), POWER);
    chain.keeper.state.setSigningInfo(chain.context(), SECOND.consensusAddress, {
      address: formatAddress("consensus", SECOND.consensusAddress),
      startHeight: 0n,
      indexOffset: 0n,
      jailedUntil: { seconds: 0n, nanos: 0 },
      tombstoned: true,
      missedBlocksCounter: 0n,
    });
    const msg = { ...msgOf(2, 7n), pubkey: msgOf(1, 7n).pubkey };
    const error = chain.refuse(MsgCreateValidator, msg);
    expect(`${error.codespace}/${error.code}`).toBe("slashing/9");
  });
});

test("the operator signs with its account", () => {
  const route = chain.msgs.find(MsgCreateValidator.typeUrl)!;
  expect(route.signers(createMsg(FIRST, 1n))).toEqual([FIRST.account]);
});
