import { describe, expect, test } from "vitest";
import { toHex } from "#core/primitives/bytes.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import { invalidDerivation, invalidMnemonic } from "./errors.js";
import { deriveAccount, isMnemonic, mnemonicOfEntropy } from "./hd.js";

const WORDS = SDK_VECTORS.accounts[0]!.mnemonic;

describe("accounts of the SDK", () => {
  test.each(SDK_VECTORS.accounts)("$address", (vector) => {
    const pair = deriveAccount(vector.mnemonic, vector.index, vector.passphrase);
    expect(toHex(pair.privateKey)).toBe(vector.privateKey);
    expect(toHex(pair.publicKey)).toBe(vector.publicKey);
  });
});

describe("mnemonics", () => {
  // Of BIP-39's own vectors.
  test.each([
    [
      "00".repeat(16),
      "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
    ],
    ["ff".repeat(16), "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"],
    ["ff".repeat(32), `${"zoo ".repeat(23)}vote`],
  ])("entropy %s has the words of BIP-39", (entropy, words) => {
    expect(mnemonicOfEntropy(hexBytes(entropy))).toBe(words);
    expect(isMnemonic(words)).toBe(true);
  });

  test.each([0, 15, 17, 21, 33, 36])("%d bytes of entropy are refused", (length) => {
    expect(() => mnemonicOfEntropy(new Uint8Array(length))).toThrow(invalidDerivation().summary);
  });

  test.each([
    ["no words", ""],
    ["a word too few", WORDS.split(" ").slice(1).join(" ")],
    ["a word out of the list", WORDS.replace("avoid", "avoidance")],
    ["two words exchanged", WORDS.replace("avoid rib", "rib avoid")],
    ["upper case", WORDS.toUpperCase()],
  ])("%s are no mnemonic", (_, words) => {
    expect(isMnemonic(words)).toBe(false);
    expect(() => deriveAccount(words)).toThrow(invalidMnemonic().summary);
  });

  test("a passphrase gives another key", () => {
    const plain = deriveAccount(WORDS);
    expect(deriveAccount(WORDS, 0, "x").publicKey).not.toEqual(plain.publicKey);
    expect(deriveAccount(WORDS, 0, "").publicKey).toEqual(plain.publicKey);
  });
});

describe("indexes", () => {
  test.each([-1, 0.5, 2 ** 31, Number.NaN])("%d is refused", (index) => {
    expect(() => deriveAccount(WORDS, index)).toThrow(invalidDerivation().summary);
  });
});
