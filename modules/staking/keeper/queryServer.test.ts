import { beforeAll, describe, expect, test } from "vitest";
import * as provider from "#core/codec/generated/aivm/staking/v1.js";
import * as slashing from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import * as staking from "#core/codec/generated/cosmos/staking/v1beta1.js";
import type { PageRequest } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import type { Service } from "#core/codec/service.js";
import { formatAddress } from "#core/crypto/address.js";
import { coin } from "#core/primitives/coin.js";
import { ChainError } from "#core/primitives/errors.js";
import {
  DENOM,
  POWER,
  StakingChain,
  testAccount,
  testOperator,
} from "#test/harness/stakingChain.js";

const [A, B, C] = [0, 1, 2].map(testOperator) as [One, One, One];
type One = ReturnType<typeof testOperator>;
const DELEGATOR = formatAddress("account", testAccount("delegator"));
const STRANGER = formatAddress("account", testAccount("stranger"));
const PAGE: PageRequest = {
  key: new Uint8Array(0),
  offset: 0n,
  limit: 1n,
  countTotal: true,
  reverse: false,
};

const chain = new StakingChain();

beforeAll(() => {
  chain.start([3n, 5n, 4n], (sections) => {
    (sections["staking"]!["params"] as Record<string, unknown>)["max_validators"] = 2;
  });
  chain.fund(testAccount("delegator"), 10n * POWER);
  const msg = (to: One, amount: bigint) => ({
    delegatorAddress: DELEGATOR,
    validatorAddress: to.operator,
    amount: coin(DENOM, amount),
  });
  chain.block({
    run: (ctx) => {
      chain.deliver(ctx, staking.MsgDelegate, msg(B, 6n));
      chain.deliver(ctx, staking.MsgDelegate, msg(C, 8n));
      chain.deliver(ctx, staking.MsgUndelegate, msg(B, 2n));
      chain.deliver(ctx, staking.MsgUndelegate, msg(C, 3n));
    },
  });
});

/** Answers a query of a service, by the codecs that the service names. */
function ask(service: Service, name: string, request: object): object {
  const method = service.methods.find((one) => one.name === name)!;
  return chain.query(`/${service.typeName}/${name}`, method, method.request.create(request));
}

const askStaking = (name: string, request: object) => ask(staking.QueryService, name, request);
const askSlashing = (name: string, request: object) => ask(slashing.QueryService, name, request);
const askProvider = (name: string, request: object) => ask(provider.QueryService, name, request);

/** The refusal of a query. */
function refusalOf(asked: () => object): string {
  try {
    asked();
  } catch (error) {
    if (error instanceof ChainError) {
      return `${error.codespace}/${error.code} ${error.message}`;
    }
    throw error;
  }
  return "answered";
}

describe("validators", () => {
  const operatorsOf = (status: string) => {
    const { validators } = askStaking("Validators", { status }) as staking.QueryValidatorsResponse;
    return validators.map(({ operatorAddress }) => operatorAddress).toSorted();
  };

  test("are listed, all or by status", () => {
    expect(operatorsOf("")).toEqual([A.operator, B.operator, C.operator].toSorted());
    expect(operatorsOf("BOND_STATUS_BONDED")).toEqual([B.operator, C.operator].toSorted());
    expect(operatorsOf("BOND_STATUS_UNBONDED")).toEqual([A.operator]);
    expect(operatorsOf("BOND_STATUS_UNBONDING")).toEqual([]);
  });

  test("are paged", () => {
    const { validators, pagination } = askStaking("Validators", {
      pagination: PAGE,
    }) as staking.QueryValidatorsResponse;
    expect(validators).toHaveLength(1);
    expect(pagination?.total).toBe(3n);
  });

  test("are not listed by a status that does not exist", () => {
    const refused = "sdk/18 invalid validator status BOND: invalid request";
    expect(refusalOf(() => askStaking("Validators", { status: "BOND" }))).toBe(refused);
    expect(
      refusalOf(() => askStaking("Validators", { status: "BOND_STATUS_UNSPECIFIED" })),
    ).toMatch(/^sdk\/18/);
  });

  test("are answered one by one in the SDK's form", () => {
    const { validator } = askStaking("Validator", {
      validatorAddr: B.operator,
    }) as staking.QueryValidatorResponse;
    expect(validator).toMatchObject({
      operatorAddress: B.operator,
      status: staking.BondStatus.BONDED,
      tokens: "5000004",
      delegatorShares: (5_000_004n * 10n ** 18n).toString(),
      unbondingIds: [],
    });
  });

  test.each([
    ["", "sdk/18 validator address cannot be empty: invalid request"],
    [
      testOperator(9).operator,
      `sdk/22 validator ${testOperator(9).operator} not found: key not found`,
    ],
  ])("are not found by %s", (validatorAddr, refused) => {
    expect(refusalOf(() => askStaking("Validator", { validatorAddr }))).toBe(refused);
  });
});

describe("delegations", () => {
  const pair = { delegatorAddr: DELEGATOR, validatorAddr: B.operator };
  const delegation = (to: One, amount: bigint, delegatorAddress = DELEGATOR) => ({
    delegation: {
      delegatorAddress,
      validatorAddress: to.operator,
      shares: (amount * 10n ** 18n).toString(),
    },
    balance: coin(DENOM, amount),
  });
  const byOperator = (a: { validatorAddress: string }, b: { validatorAddress: string }) =>
    a.validatorAddress < b.validatorAddress ? -1 : 1;

  test("are answered with their worth", () => {
    expect(askStaking("Delegation", pair)).toEqual({ delegationResponse: delegation(B, 4n) });
  });

  test("of a delegator and of a validator are listed", () => {
    const ofDelegator = askStaking("DelegatorDelegations", {
      delegatorAddr: DELEGATOR,
    }) as staking.QueryDelegatorDelegationsResponse;
    const found = ofDelegator.delegationResponses.toSorted((a, b) =>
      byOperator(a.delegation, b.delegation),
    );
    const expected = [delegation(B, 4n), delegation(C, 5n)].toSorted((a, b) =>
      byOperator(a.delegation, b.delegation),
    );
    expect(found).toEqual(expected);
    const ofValidator = askStaking("ValidatorDelegations", {
      validatorAddr: B.operator,
    }) as staking.QueryValidatorDelegationsResponse;
    expect(ofValidator.delegationResponses).toHaveLength(2);
    expect(ofValidator.delegationResponses).toContainEqual(delegation(B, 4n));
    expect(ofValidator.delegationResponses).toContainEqual(delegation(B, 5n * POWER, B.account));
  });

  test("that unbond are answered and listed", () => {
    const { unbond } = askStaking(
      "UnbondingDelegation",
      pair,
    ) as staking.QueryUnbondingDelegationResponse;
    expect(unbond.entries.map(({ balance }) => balance)).toEqual(["2"]);
    const ofDelegator = askStaking("DelegatorUnbondingDelegations", {
      delegatorAddr: DELEGATOR,
    }) as staking.QueryDelegatorUnbondingDelegationsResponse;
    expect(ofDelegator.unbondingResponses).toHaveLength(2);
    expect(ofDelegator.unbondingResponses).toContainEqual(unbond);
    const ofValidator = askStaking("ValidatorUnbondingDelegations", {
      validatorAddr: B.operator,
    }) as staking.QueryValidatorUnbondingDelegationsResponse;
    expect(ofValidator.unbondingResponses).toEqual([unbond]);
  });

  test("name their validators", () => {
    const { validators } = askStaking("DelegatorValidators", {
      delegatorAddr: DELEGATOR,
    }) as staking.QueryDelegatorValidatorsResponse;
    expect(validators.map((one) => one.operatorAddress).toSorted()).toEqual(
      [B.operator, C.operator].toSorted(),
    );
    const { validator } = askStaking(
      "DelegatorValidator",
      pair,
    ) as staking.QueryDelegatorValidatorResponse;
    expect(validator.operatorAddress).toBe(B.operator);
  });

  const strange = { ...pair, delegatorAddr: STRANGER };
  test.each([
    [
      "Delegation",
      strange,
      `sdk/22 delegation with delegator ${STRANGER} not found for validator ${B.operator}: key not found`,
    ],
    [
      "UnbondingDelegation",
      strange,
      `sdk/22 unbonding delegation with delegator ${STRANGER} not found for validator ${B.operator}: key not found`,
    ],
    ["DelegatorValidator", strange, "staking/19 no delegation for (address, validator) tuple"],
    [
      "Delegation",
      { ...pair, delegatorAddr: "" },
      "sdk/18 delegator address cannot be empty: invalid request",
    ],
    [
      "Delegation",
      { ...pair, validatorAddr: "" },
      "sdk/18 validator address cannot be empty: invalid request",
    ],
    ["ValidatorDelegations", {}, "sdk/18 validator address cannot be empty: invalid request"],
    ["DelegatorDelegations", {}, "sdk/18 delegator address cannot be empty: invalid request"],
  ])("are refused by %s with %o", (name, request, refused) => {
    expect(refusalOf(() => askStaking(name, request))).toBe(refused);
  });

  test("of a stranger are an empty list", () => {
    expect(askStaking("DelegatorDelegations", { delegatorAddr: STRANGER })).toMatchObject({
      delegationResponses: [],
    });
  });
});

describe("redelegations", () => {
  const none = { redelegationResponses: [], pagination: { nextKey: new Uint8Array(0), total: 0n } };

  test.each([
    { delegatorAddr: DELEGATOR },
    { delegatorAddr: DELEGATOR, srcValidatorAddr: B.operator, pagination: PAGE },
    { delegatorAddr: DELEGATOR, dstValidatorAddr: C.operator },
    { srcValidatorAddr: B.operator },
  ])("are an empty list for %o", (request) => {
    expect(askStaking("Redelegations", request)).toEqual(none);
  });

  const between = { srcValidatorAddr: B.operator, dstValidatorAddr: C.operator };
  test.each([
    [
      { ...between, delegatorAddr: DELEGATOR },
      `sdk/22 redelegation not found for delegator address ${DELEGATOR} from validator address ${B.operator}: key not found`,
    ],
    [between, "sdk/7 "],
    [{}, "sdk/7 "],
    [{ delegatorAddr: DELEGATOR, srcValidatorAddr: DELEGATOR }, "sdk/7 "],
  ])("are refused for %o", (request, refused) => {
    expect(refusalOf(() => askStaking("Redelegations", request))).toContain(refused);
  });
});

describe("the rest of staking", () => {
  test("pool and parameters", () => {
    expect(askStaking("Pool", {})).toEqual({
      pool: { bondedTokens: "9000009", notBondedTokens: "3000005" },
    });
    expect(askStaking("Params", {})).toMatchObject({ params: { maxValidators: 2 } });
  });

  test.each([
    [-1n, "sdk/18 height cannot be negative: invalid request"],
    [1n, "sdk/22 historical info for height 1 not found: key not found"],
  ])("historical info of height %s is refused", (height, refused) => {
    expect(refusalOf(() => askStaking("HistoricalInfo", { height }))).toBe(refused);
  });
});

describe("slashing", () => {
  const consAddress = formatAddress("consensus", B.consensusAddress);

  test("parameters and signing infos", () => {
    expect(askSlashing("Params", {})).toMatchObject({ params: { signedBlocksWindow: 100n } });
    const { valSigningInfo } = askSlashing("SigningInfo", {
      consAddress,
    }) as slashing.QuerySigningInfoResponse;
    expect(valSigningInfo.address).toBe(consAddress);
    const { info } = askSlashing("SigningInfos", {}) as slashing.QuerySigningInfosResponse;
    expect(info).toHaveLength(2);
    expect(info).toContainEqual(valSigningInfo);
  });

  test("refuses who has none", () => {
    const strange = formatAddress("consensus", A.consensusAddress);
    const refused = `sdk/22 SigningInfo not found for validator ${strange}: key not found`;
    expect(refusalOf(() => askSlashing("SigningInfo", { consAddress: strange }))).toBe(refused);
    expect(refusalOf(() => askSlashing("SigningInfo", {}))).toMatch(/^sdk\/18/);
  });
});

describe("providers", () => {
  test("and parameters", () => {
    expect(askProvider("Params", {})).toEqual({ params: { vrfKeyDelayBlocks: 100n } });
    const { provider: found } = askProvider("Provider", {
      operatorAddress: A.operator,
    }) as provider.QueryProviderResponse;
    expect(found.operatorAddress).toBe(A.operator);
    const { providers } = askProvider("Providers", {}) as provider.QueryProvidersResponse;
    expect(providers).toHaveLength(3);
    expect(providers).toContainEqual(found);
  });

  test("and consensus sets", () => {
    const { consensusSet } = askProvider("ConsensusSet", {
      height: chain.height,
    }) as provider.QueryConsensusSetResponse;
    expect(consensusSet.members.map(({ power }) => power)).toEqual([5n, 4n]);
  });

  test("that are not there are refused", () => {
    const operatorAddress = testOperator(9).operator;
    expect(refusalOf(() => askProvider("Provider", { operatorAddress }))).toBe(
      `sdk/22 provider ${operatorAddress} not found: key not found`,
    );
    expect(refusalOf(() => askProvider("ConsensusSet", { height: 1n }))).toBe(
      "sdk/22 consensus set of height 1 not found: key not found",
    );
  });
});
