import { describe, expect, test } from "vitest";
import { noDelegation, noValidatorFound } from "#modules/staking/types/errors.js";
import { MsgRouter, type MsgRoute } from "#core/baseapp/router.js";
import { MsgWithdrawDelegatorReward } from "#core/codec/generated/cosmos/distribution/v1beta1.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import {
  accountText,
  addressOf,
  DENOM,
  operatorText,
  RewardFixture,
} from "#test/harness/rewardFixture.js";

function routeOf(chain: RewardFixture): MsgRoute {
  const router = new MsgRouter();
  chain.module.registerMsgs(router);
  return router.find(MsgWithdrawDelegatorReward.typeUrl)!;
}

const withdraw = (chain: RewardFixture, delegator: string, operator: string) =>
  routeOf(chain).handle(chain.ctx, {
    delegatorAddress: accountText(delegator),
    validatorAddress: operatorText(operator),
  });

/** anna has a third and bela two thirds of a validator that has earned 98. */
function earned98(): RewardFixture {
  const chain = new RewardFixture();
  chain.createValidator("val");
  chain.delegate("anna", "val", 100n);
  chain.delegate("bela", "val", 200n);
  chain.beginBlock(100n);
  chain.next();
  return chain;
}

describe("withdrawing", () => {
  test("pays the whole coins that a delegation has earned, once", () => {
    const chain = earned98();
    expect(withdraw(chain, "anna", "val")).toEqual({ amount: [{ denom: DENOM, amount: "32" }] });
    expect(withdraw(chain, "anna", "val")).toEqual({ amount: [{ denom: DENOM, amount: "0" }] });
    expect(chain.balance(addressOf("anna"))).toBe(32n);
    expect(withdraw(chain, "bela", "val")).toEqual({ amount: [{ denom: DENOM, amount: "65" }] });
    expect(chain.keeper.accrual(chain.ctx, addressOf("val")).outstanding).toBe(1n);
    expect(chain.brokenInvariants()).toEqual([]);
  });

  test("emits the event of x/distribution, also when there is nothing to pay", () => {
    const chain = earned98();
    withdraw(chain, "anna", "val");
    chain.next();
    withdraw(chain, "anna", "val");
    expect(chain.ctx.events).toEqual([
      {
        type: "withdraw_rewards",
        attributes: [
          { key: "amount", value: "0unes" },
          { key: "validator", value: operatorText("val") },
          { key: "delegator", value: accountText("anna") },
        ],
      },
    ]);
  });

  test("goes on earning afterwards", () => {
    const chain = earned98();
    withdraw(chain, "anna", "val");
    chain.beginBlock(300n);
    expect(withdraw(chain, "anna", "val")).toEqual({ amount: [{ denom: DENOM, amount: "98" }] });
  });

  test("from an unknown validator fails with staking/3 and changes nothing", () => {
    const chain = earned98();
    const before = chain.snapshot();
    const error = caught(() => withdraw(chain, "anna", "other"));
    expect(noValidatorFound.is(error)).toBe(true);
    expect(chain.snapshot()).toEqual(before);
  });

  test("without a delegation fails with staking/19 and changes nothing", () => {
    const chain = earned98();
    const before = chain.snapshot();
    const error = caught(() => withdraw(chain, "cleo", "val"));
    expect(noDelegation.is(error)).toBe(true);
    expect(chain.snapshot()).toEqual(before);
  });
});

describe("the message", () => {
  const good = { delegatorAddress: accountText("anna"), validatorAddress: operatorText("val") };

  test("is signed by the delegator", () => {
    expect(routeOf(new RewardFixture()).signers(good)).toEqual([accountText("anna")]);
  });

  test("with both addresses is valid", () => {
    const { validate } = routeOf(new RewardFixture());
    expect(() => {
      validate(good);
    }).not.toThrow();
  });

  test.each([
    ["delegator", { delegatorAddress: operatorText("anna") }],
    ["validator", { validatorAddress: accountText("val") }],
  ])("with a malformed %s is refused", (_name, change) => {
    const { validate } = routeOf(new RewardFixture());
    const error = caught(() => {
      validate({ ...good, ...change });
    });
    expect(invalidAddress.is(error)).toBe(true);
  });
});
