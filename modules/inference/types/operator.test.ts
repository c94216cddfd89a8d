import { expect, test } from "vitest";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { TestAccount } from "#test/harness/identities.js";
import { operatorAccount, operatorAccountText } from "./operator.js";

const ACCOUNT = new TestAccount("validator");

test("an operator is paid at the account of the same bytes", () => {
  expect(operatorAccount(ACCOUNT.operator)).toEqual(ACCOUNT.address);
  expect(operatorAccountText(ACCOUNT.operator)).toBe(ACCOUNT.text);
});

test("an account's address is not an operator's", () => {
  expect(invalidAddress.is(caught(() => operatorAccount(ACCOUNT.text)))).toBe(true);
});
