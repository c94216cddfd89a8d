import { describe, expect, test } from "vitest";
import { formatAddress, toAddress } from "#core/crypto/address.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { caught } from "#test/harness/caught.js";
import { signerAddress } from "./signer.js";

const ADDRESS = toAddress(Uint8Array.from({ length: 20 }, (_, index) => index));

describe("the account that signs", () => {
  test.each([
    ["an account", formatAddress("account", ADDRESS)],
    ["an operator", formatAddress("operator", ADDRESS)],
    ["an account in upper case", formatAddress("account", ADDRESS).toUpperCase()],
    ["an operator in upper case", formatAddress("operator", ADDRESS).toUpperCase()],
  ])("for %s is its 20 bytes", (_name, text) => {
    expect(signerAddress(text)).toEqual(ADDRESS);
  });

  test.each([
    ["a consensus address", formatAddress("consensus", ADDRESS)],
    ["nothing", ""],
    ["the operator prefix alone", "nesavaloper1"],
    ["an address with a wrong digit", `${formatAddress("account", ADDRESS).slice(0, -1)}q`],
  ])("cannot be %s", (_name, text) => {
    expect(invalidAddress.is(caught(() => signerAddress(text)))).toBe(true);
  });
});
