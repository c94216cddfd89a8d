import { describe, expect, test } from "vitest";
import type { ChainError } from "#core/primitives/errors.js";
import { InvariantError } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { invalidAddress } from "#core/primitives/sdkErrors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import {
  accountAddress,
  BECH32_PREFIX,
  consensusAddress,
  formatAddress,
  moduleAddress,
  parseAddress,
  toAddress,
} from "./address.js";
import { encodeBech32 } from "./bech32.js";
import { multisigAddress } from "./multisig.js";

/** What is wrong with an address, by the error that parsing throws. */
function problemOf(parse: () => unknown): unknown {
  try {
    parse();
  } catch (error) {
    expect(invalidAddress.is(error)).toBe(true);
    return (error as ChainError).detail["problem"];
  }
  return undefined;
}

describe("addresses of the SDK", () => {
  test.each(SDK_VECTORS.accounts)("account $address", (vector) => {
    const address = accountAddress(hexBytes(vector.publicKey));
    expect(toHex(address)).toBe(vector.bytes);
    expect(formatAddress("account", address)).toBe(vector.address);
    expect(formatAddress("operator", address)).toBe(vector.operator);
    expect(parseAddress("account", vector.address)).toEqual(address);
    expect(parseAddress("operator", vector.operator)).toEqual(address);
  });

  test.each(SDK_VECTORS.consensus)("consensus key $address", (vector) => {
    const address = consensusAddress(hexBytes(vector.publicKey));
    expect(toHex(address)).toBe(vector.bytes);
    expect(formatAddress("consensus", address)).toBe(vector.address);
    expect(parseAddress("consensus", vector.address)).toEqual(address);
  });

  test.each(SDK_VECTORS.modules)("module $name", ({ name, address }) => {
    expect(formatAddress("account", moduleAddress(name))).toBe(address);
  });

  test.each(SDK_VECTORS.multisigs)("multisig $address", (vector) => {
    const address = multisigAddress(vector.threshold, vector.publicKeys.map(hexBytes));
    expect(formatAddress("account", address)).toBe(vector.address);
  });

  test("the order of a multisig's keys is part of its address", () => {
    const keys = SDK_VECTORS.multisigs[1]!.publicKeys.map(hexBytes);
    expect(multisigAddress(2, keys.toReversed())).not.toEqual(multisigAddress(2, keys));
    expect(multisigAddress(3, keys)).not.toEqual(multisigAddress(2, keys));
  });
});

describe("texts that are no address", () => {
  const bytes = moduleAddress("mint");

  test("each kind refuses the prefix of the others", () => {
    const text = formatAddress("operator", bytes);
    expect(problemOf(() => parseAddress("account", text))).toBe("its prefix is not nesa");
    expect(problemOf(() => parseAddress("consensus", text))).toBe("its prefix is not nesavalcons");
    expect(problemOf(() => parseAddress("operator", text))).toBeUndefined();
    const key = encodeBech32(BECH32_PREFIX.accountPub, bytes);
    expect(problemOf(() => parseAddress("account", key))).toBe("its prefix is not nesa");
  });

  test.each([0, 19, 21, 32])("%d bytes are refused", (length) => {
    const text = encodeBech32("nesa", new Uint8Array(length));
    const problem = `it has ${length} bytes, not 20`;
    expect(problemOf(() => parseAddress("account", text))).toBe(problem);
    expect(problemOf(() => toAddress(new Uint8Array(length)))).toBe(problem);
  });

  test("text that is not bech32 says why", () => {
    expect(problemOf(() => parseAddress("account", ""))).toBe("it is empty");
    const text = formatAddress("account", bytes);
    const altered = text.slice(0, -1) + (text.endsWith("q") ? "p" : "q");
    expect(problemOf(() => parseAddress("account", altered))).toBe("its checksum is wrong");
  });

  test("20 bytes become an address", () => {
    expect(toAddress(new Uint8Array(20))).toEqual(new Uint8Array(20));
  });

  test("keys of another length and impossible thresholds halt", () => {
    const key = hexBytes(SDK_VECTORS.accounts[0]!.publicKey);
    expect(() => accountAddress(key.subarray(1))).toThrow(InvariantError);
    expect(() => consensusAddress(key)).toThrow(InvariantError);
    expect(() => multisigAddress(0, [key])).toThrow(InvariantError);
    expect(() => multisigAddress(2, [key])).toThrow(InvariantError);
    expect(() => multisigAddress(1, [key.subarray(1)])).toThrow(InvariantError);
  });
});

test("the address of a module stays what it is, whatever becomes of the bytes that were given", () => {
  const first = moduleAddress("distribution");
  const expected = first.slice();
  first.fill(0);
  const second = moduleAddress("distribution");
  expect(second).toEqual(expected);
  second.fill(0);
  expect(moduleAddress("distribution")).toEqual(expected);
});
