import { describe, expect, test } from "vitest";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { PubKey as Secp256k1PubKey } from "#core/codec/generated/cosmos/crypto/secp256k1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { ChainError } from "#core/primitives/errors.js";
import { createMsg, registerMsg, testAccount, testOperator } from "#test/harness/stakingChain.js";
import { formatAddress } from "#core/crypto/address.js";
import {
  operatorAccount,
  validateCancelUnbonding,
  validateCreateValidator,
  validateDelegate,
  validateRegisterProvider,
  validateUndelegate,
  validateUnjail,
} from "./msgs.js";

const OPERATOR = testOperator(0);
const CREATE = createMsg(OPERATOR, 5n);
const DELEGATOR = formatAddress("account", testAccount("delegator"));
const DELEGATE = {
  delegatorAddress: DELEGATOR,
  validatorAddress: OPERATOR.operator,
  amount: { denom: "unes", amount: "5" },
};
const CANCEL = { ...DELEGATE, creationHeight: 1n };

/** `codespace/code` of the error with which a check refuses a message. */
function codeOf<T>(check: (msg: T) => void, msg: T): string {
  try {
    check(msg);
  } catch (error) {
    if (error instanceof ChainError) return `${error.codespace}/${error.code}`;
    throw error;
  }
  return "accepted";
}

const rates = (rate: string, maxRate: string, maxChangeRate: string) => ({
  commission: { rate, maxRate, maxChangeRate },
});
const described = (text: Partial<typeof CREATE.description>) => ({
  description: { ...CREATE.description, ...text },
});
const ONE = (10n ** 18n).toString();

describe("MsgCreateValidator", () => {
  test.each([
    ["a malformed operator", { validatorAddress: "nesavaloper1" }, "sdk/7"],
    ["an account as operator", { validatorAddress: OPERATOR.account }, "sdk/7"],
    ["no key", { pubkey: undefined }, "staking/39"],
    [
      "a key of another type",
      { pubkey: pack(Secp256k1PubKey, { key: new Uint8Array(33) }) },
      "staking/6",
    ],
    ["a key that is too short", { pubkey: pack(PubKey, { key: new Uint8Array(31) }) }, "sdk/8"],
    ["no tokens", { value: { denom: "unes", amount: "0" } }, "sdk/18"],
    ["negative tokens", { value: { denom: "unes", amount: "-5" } }, "sdk/18"],
    ["no denomination", { value: { denom: "", amount: "5" } }, "sdk/18"],
    ["no description", described({ moniker: "" }), "sdk/18"],
    ["a moniker of 71 bytes", described({ moniker: "m".repeat(71) }), "sdk/18"],
    ["a moniker of 72 bytes in 36 letters", described({ moniker: "ä".repeat(36) }), "sdk/18"],
    ["an identity of 3,001 bytes", described({ identity: "i".repeat(3001) }), "sdk/18"],
    ["a website of 141 bytes", described({ website: "w".repeat(141) }), "sdk/18"],
    ["a contact of 141 bytes", described({ securityContact: "s".repeat(141) }), "sdk/18"],
    ["details of 281 bytes", described({ details: "d".repeat(281) }), "sdk/18"],
    ["no commission", rates("", "", ""), "sdk/18"],
    ["a negative maximum rate", rates("0", "-1", "0"), "staking/9"],
    ["a maximum rate above one", rates("0", `${ONE}1`, "0"), "staking/10"],
    ["a negative rate", rates("-1", ONE, "0"), "staking/9"],
    ["a rate above its maximum", rates("2", "1", "0"), "staking/11"],
    ["a negative change rate", rates("0", ONE, "-1"), "staking/13"],
    ["a change rate above the maximum", rates("0", "1", "2"), "staking/14"],
    ["no minimum self delegation", { minSelfDelegation: "0" }, "sdk/18"],
    ["a minimum that is no number", { minSelfDelegation: "x" }, "sdk/18"],
    ["less than the minimum", { minSelfDelegation: "6" }, "staking/16"],
  ])("with %s is refused", (_, change, code) => {
    expect(codeOf(validateCreateValidator, { ...CREATE, ...change })).toBe(code);
  });

  test("at every limit is accepted", () => {
    const limits = {
      ...described({
        moniker: "m".repeat(70),
        identity: "i".repeat(3000),
        details: "d".repeat(280),
      }),
      ...rates(ONE, ONE, ONE),
      minSelfDelegation: "5",
    };
    expect(codeOf(validateCreateValidator, { ...CREATE, ...limits })).toBe("accepted");
  });
});

describe("messages between a delegator and a validator", () => {
  const cases = [
    ["a malformed delegator", { delegatorAddress: OPERATOR.operator }, "sdk/7"],
    ["a malformed validator", { validatorAddress: DELEGATOR }, "sdk/7"],
    ["no tokens", { amount: { denom: "unes", amount: "0" } }, "sdk/18"],
    ["tokens that are no number", { amount: { denom: "unes", amount: "1e3" } }, "sdk/18"],
    ["nothing wrong", {}, "accepted"],
  ] as const;

  test.each(cases)("delegating with %s", (_, change, code) => {
    expect(codeOf(validateDelegate, { ...DELEGATE, ...change })).toBe(code);
  });

  test.each(cases)("undelegating with %s", (_, change, code) => {
    expect(codeOf(validateUndelegate, { ...DELEGATE, ...change })).toBe(code);
  });

  test.each([...cases, ["height zero", { creationHeight: 0n }, "sdk/18"] as const])(
    "cancelling with %s",
    (_, change, code) => {
      expect(codeOf(validateCancelUnbonding, { ...CANCEL, ...change })).toBe(code);
    },
  );
});

describe("messages of an operator", () => {
  test("unjailing names an operator", () => {
    expect(codeOf(validateUnjail, { validatorAddr: DELEGATOR })).toBe("sdk/7");
    expect(codeOf(validateUnjail, { validatorAddr: OPERATOR.operator })).toBe("accepted");
  });

  test.each([
    ["a malformed operator", { operatorAddress: "x" }, "sdk/7"],
    ["a key that is too short", { vrfPublicKey: new Uint8Array(31) }, "provider/2"],
    [
      "a key of small order",
      { vrfPublicKey: Uint8Array.of(1, ...new Uint8Array(31)) },
      "provider/2",
    ],
    ["nothing wrong", {}, "accepted"],
  ])("registering with %s", (_, change, code) => {
    const msg = { ...registerMsg(OPERATOR), ...change };
    expect(codeOf(validateRegisterProvider, msg)).toBe(code);
  });

  test("an operator signs with the account of the same bytes", () => {
    expect(operatorAccount(OPERATOR.operator)).toBe(OPERATOR.account);
  });
});
