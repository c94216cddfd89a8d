import { describe, expect, test } from "vitest";
import { noDelegation, noValidatorFound } from "#modules/staking/types/errors.js";
import { QueryRouter } from "#core/baseapp/queryRouter.js";
import { coin } from "#core/primitives/coin.js";
import { invalidAddress, invalidRequest, keyNotFound } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import {
  accountText,
  addressOf,
  DENOM,
  operatorText,
  RewardFixture,
} from "#test/harness/rewardFixture.js";
import { defaultParams } from "../types/params.js";

type Ask = (path: string, request?: object) => unknown;

/** anna has a third and bela two thirds of a validator that has earned 98; anna a fresh one too. */
function setup(): { chain: RewardFixture; own: Ask; cosmos: Ask } {
  const chain = new RewardFixture();
  chain.createValidator("val");
  chain.delegate("anna", "val", 100n);
  chain.delegate("bela", "val", 200n);
  chain.beginBlock(100n);
  chain.createValidator("new");
  chain.delegate("anna", "new", 100n);
  const router = new QueryRouter();
  chain.module.registerQueries(router);
  const ask =
    (service: string): Ask =>
    (method, request = {}) => {
      const route = router.find(`/${service}.Query/${method}`)!;
      const answer = route.handle(chain.ctx, route.method.request.create(request));
      return route.method.response.decode(route.method.response.encode(answer));
    };
  return { chain, own: ask("aivm.reward.v1"), cosmos: ask("cosmos.distribution.v1beta1") };
}

const delegatorAddress = accountText("anna");
const THIRD = "32666666666666666666";

describe("aivm.reward.v1.Query", () => {
  test("Params", () => {
    expect(setup().own("Params")).toEqual({ params: defaultParams() });
  });

  test("CommunityPool", () => {
    expect(setup().own("CommunityPool")).toEqual({ pool: coin(DENOM, 2n) });
  });

  test("DelegationRewards are whole coins", () => {
    const request = { delegatorAddress, operatorAddress: operatorText("val") };
    expect(setup().own("DelegationRewards", request)).toEqual({ reward: coin(DENOM, 32n) });
  });

  test("Breakdown of a paid request", () => {
    const { chain, own } = setup();
    chain.fund("escrow", 10n);
    chain.keeper.settleRequest(chain.ctx, {
      requestId: 3n,
      outcome: "expiredQueued",
      escrowModule: "escrow",
      denom: DENOM,
      admission: 4n,
      compute: 6n,
      author: 0n,
      priority: 0n,
      requester: addressOf("requester"),
      owner: addressOf("owner"),
      royalties: [],
      members: [],
    });
    expect(own("Breakdown", { requestId: 3n })).toEqual({
      breakdown: chain.keeper.findBreakdown(chain.ctx, 3n),
    });
  });

  test("Breakdown of a request that was not paid out is not found", () => {
    const error = caught(() => setup().own("Breakdown", { requestId: 3n }));
    expect(keyNotFound.is(error)).toBe(true);
  });
});

describe("cosmos.distribution.v1beta1.Query", () => {
  test("Params have the community tax as a decimal", () => {
    expect(setup().cosmos("Params")).toEqual({
      params: {
        communityTax: "20000000000000000",
        baseProposerReward: "0",
        bonusProposerReward: "0",
        withdrawAddrEnabled: false,
      },
    });
  });

  test("DelegationRewards have 18 digits", () => {
    const request = { delegatorAddress, validatorAddress: operatorText("val") };
    expect(setup().cosmos("DelegationRewards", request)).toEqual({
      rewards: [{ denom: DENOM, amount: THIRD }],
    });
  });

  test("DelegationTotalRewards list every validator and leave zero coins out", () => {
    const { cosmos } = setup();
    const answer = cosmos("DelegationTotalRewards", { delegatorAddress });
    expect(answer).toEqual({
      rewards: expect.arrayContaining([
        { validatorAddress: operatorText("val"), reward: [{ denom: DENOM, amount: THIRD }] },
        { validatorAddress: operatorText("new"), reward: [] },
      ]) as unknown,
      total: [{ denom: DENOM, amount: THIRD }],
    });
  });

  test("DelegationTotalRewards of a stranger are empty", () => {
    const request = { delegatorAddress: accountText("cleo") };
    expect(setup().cosmos("DelegationTotalRewards", request)).toEqual({ rewards: [], total: [] });
  });

  test("ValidatorOutstandingRewards and ValidatorCommission", () => {
    const { cosmos } = setup();
    const request = { validatorAddress: operatorText("val") };
    expect(cosmos("ValidatorOutstandingRewards", request)).toEqual({
      rewards: { rewards: [{ denom: DENOM, amount: "98000000000000000000" }] },
    });
    expect(cosmos("ValidatorCommission", request)).toEqual({ commission: { commission: [] } });
  });

  test("ValidatorDistributionInfo has the rewards of the operator's own delegation", () => {
    const { chain, cosmos } = setup();
    const request = { validatorAddress: operatorText("val") };
    const info = { operatorAddress: accountText("val"), commission: [] };
    expect(cosmos("ValidatorDistributionInfo", request)).toEqual({ ...info, selfBondRewards: [] });
    chain.delegate("val", "val", 300n);
    chain.beginBlock(100n);
    expect(cosmos("ValidatorDistributionInfo", request)).toEqual({
      ...info,
      selfBondRewards: (
        cosmos("DelegationRewards", {
          ...request,
          delegatorAddress: accountText("val"),
        }) as { rewards: object[] }
      ).rewards,
    });
    expect(cosmos("ValidatorDistributionInfo", request)).not.toMatchObject({ selfBondRewards: [] });
  });

  test("DelegatorValidators lists operators, and nothing for a stranger", () => {
    const { cosmos } = setup();
    const { validators } = cosmos("DelegatorValidators", { delegatorAddress }) as {
      validators: string[];
    };
    expect(validators.toSorted()).toEqual([operatorText("val"), operatorText("new")].toSorted());
    const stranger = { delegatorAddress: accountText("cleo") };
    expect(cosmos("DelegatorValidators", stranger)).toEqual({ validators: [] });
  });

  test("CommunityPool", () => {
    expect(setup().cosmos("CommunityPool")).toEqual({
      pool: [{ denom: DENOM, amount: "2000000000000000000" }],
    });
  });

  test("DelegatorWithdrawAddress is the delegator", () => {
    const answer = setup().cosmos("DelegatorWithdrawAddress", { delegatorAddress });
    expect(answer).toEqual({ withdrawAddress: delegatorAddress });
  });
});

describe("bad requests", () => {
  const validatorAddress = operatorText("val");

  test.each([
    ["an empty delegator", "DelegationTotalRewards", { delegatorAddress: "" }, invalidRequest],
    [
      "a malformed delegator",
      "DelegatorWithdrawAddress",
      { delegatorAddress: "x" },
      invalidAddress,
    ],
    [
      "an empty delegator of validators",
      "DelegatorValidators",
      { delegatorAddress: "" },
      invalidRequest,
    ],
    [
      "the info of an unknown validator",
      "ValidatorDistributionInfo",
      { validatorAddress: operatorText("other") },
      noValidatorFound,
    ],
    ["an empty validator", "ValidatorCommission", { validatorAddress: "" }, invalidRequest],
    ["a malformed validator", "ValidatorCommission", { validatorAddress: "x" }, invalidAddress],
    [
      "an unknown validator",
      "ValidatorOutstandingRewards",
      { validatorAddress: operatorText("other") },
      noValidatorFound,
    ],
    [
      "an unknown delegation",
      "DelegationRewards",
      { delegatorAddress: accountText("cleo"), validatorAddress },
      noDelegation,
    ],
  ])("%s is refused", (_name, method, request, expected) => {
    const error = caught(() => setup().cosmos(method, request));
    expect(expected.is(error)).toBe(true);
  });
});
