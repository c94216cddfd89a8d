import { expect, test } from "vitest";
import { type GenesisState, PayoutRole } from "#core/codec/generated/aivm/reward/v1.js";
import { ChainError } from "#core/primitives/errors.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { accountText, operatorText } from "#test/harness/rewardFixture.js";
import { invalidGenesis, invalidParams } from "./errors.js";
import { defaultGenesis, validateGenesis } from "./genesis.js";

const operatorAddress = operatorText("val");
const delegatorAddress = accountText("anna");
const validator = { operatorAddress, perShare: "7", outstanding: "3" };
const start = { operatorAddress, delegatorAddress, perShare: "7" };
const payout = { role: PayoutRole.OWNER, address: delegatorAddress, amount: "5" };
const breakdown = { requestId: 1n, height: 2n, escrowed: "5", payouts: [payout] };
const good: GenesisState = {
  ...defaultGenesis(),
  communityPool: "9",
  validators: [validator],
  delegators: [start],
  breakdowns: [breakdown],
};

test.each([
  ["the default", defaultGenesis()],
  ["a genesis with rewards", good],
])("%s is accepted", (_name, genesis) => {
  expect(() => {
    validateGenesis(genesis);
  }).not.toThrow();
});

function refusal(changes: Partial<GenesisState>): ChainError {
  const error = caught(() => {
    validateGenesis({ ...good, ...changes });
  });
  expect(error).toBeInstanceOf(ChainError);
  return error as ChainError;
}

test.each<[string, Partial<GenesisState>, string]>([
  ["a pool that is no amount", { communityPool: "" }, "reward.community_pool"],
  ["an operator twice", { validators: [validator, validator] }, "reward.validators[1]"],
  [
    "rewards that are no amount",
    { validators: [{ ...validator, perShare: "-1" }] },
    "reward.validators[0].per_share",
  ],
  [
    "outstanding rewards that are no amount",
    { validators: [{ ...validator, outstanding: "01" }] },
    "reward.validators[0].outstanding",
  ],
  ["a delegation twice", { delegators: [start, start] }, "reward.delegators[1]"],
  [
    "a start that is no amount",
    { delegators: [{ ...start, perShare: "" }] },
    "reward.delegators[0].per_share",
  ],
  [
    "a start after its validator's rewards",
    { delegators: [{ ...start, perShare: "8" }] },
    "reward.delegators[0]",
  ],
  [
    "a start above zero without its validator",
    { validators: [], delegators: [start] },
    "reward.delegators[0]",
  ],
  ["a request twice", { breakdowns: [breakdown, breakdown] }, "reward.breakdowns[1]"],
  [
    "a breakdown that does not add up",
    { breakdowns: [{ ...breakdown, escrowed: "6" }] },
    "reward.breakdowns[0]",
  ],
])("%s is refused with its path", (_name, changes, at) => {
  const error = refusal(changes);
  expect(invalidGenesis.is(error)).toBe(true);
  expect(error.detail["at"]).toBe(at);
});

test.each<[string, Partial<GenesisState>]>([
  ["operator", { validators: [{ ...validator, operatorAddress: delegatorAddress }] }],
  ["operator of a start", { delegators: [{ ...start, operatorAddress: "x" }] }],
  ["delegator", { delegators: [{ ...start, delegatorAddress: operatorAddress }] }],
  [
    "account of a payout",
    { breakdowns: [{ ...breakdown, payouts: [{ ...payout, address: "x" }] }] },
  ],
])("a malformed %s is refused", (_name, changes) => {
  expect(invalidAddress.is(refusal(changes))).toBe(true);
});

test("bad parameters are refused", () => {
  const params = { ...good.params, memberShareBps: 0 };
  expect(invalidParams.is(refusal({ params }))).toBe(true);
});
