import { describe, expect, test } from "vitest";
import { SignDoc } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { isMnemonic } from "#core/crypto/hd.js";
import { sha256 } from "#core/crypto/hash.js";
import { verifySecp256k1 } from "#core/crypto/secp256k1.js";
import { utf8 } from "#core/primitives/bytes.js";
import { newMnemonic } from "./newMnemonic.js";
import { signerFromMnemonic } from "./signerFromMnemonic.js";
import { signerFromPrivateKey } from "./signerFromPrivateKey.js";

const WORDS = "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong";
const DOCUMENT = SignDoc.create({ bodyBytes: utf8("body"), chainId: "c-1", accountNumber: 4n });

describe("signers", () => {
  test("sign the bytes of the document with the key of their address", async () => {
    const signer = signerFromPrivateKey(sha256(utf8("key")));
    const { signed, signature } = await signer.signDirect(DOCUMENT);
    expect(signed).toBe(DOCUMENT);
    const message = SignDoc.encode(DOCUMENT);
    expect(verifySecp256k1({ publicKey: signer.publicKey, message, signature })).toBe(true);
    expect(signer.address).toMatch(/^nesa1[0-9a-z]{38}$/);
  });

  test("keep a copy of the key that was given", async () => {
    const key = sha256(utf8("key"));
    const signer = signerFromPrivateKey(key);
    const before = await signer.signDirect(DOCUMENT);
    key.fill(1);
    expect((await signer.signDirect(DOCUMENT)).signature).toEqual(before.signature);
  });

  test("of one mnemonic differ by index and passphrase", () => {
    const addresses = [
      signerFromMnemonic(WORDS),
      signerFromMnemonic(WORDS, { index: 1 }),
      signerFromMnemonic(WORDS, { passphrase: "p" }),
    ].map(({ address }) => address);
    expect(new Set(addresses).size).toBe(3);
    expect(signerFromMnemonic(WORDS, { index: 0 }).address).toBe(addresses[0]);
  });

  test.each([
    ["words that are no mnemonic", () => signerFromMnemonic("zoo zoo"), 3],
    ["a negative index", () => signerFromMnemonic(WORDS, { index: -1 }), 4],
    ["bytes that are no key", () => signerFromPrivateKey(new Uint8Array(32)), 2],
  ])("cannot be made of %s", (_, make, code) => {
    expect(make).toThrow(expect.objectContaining({ codespace: "crypto", code }) as Error);
  });

  test("can be made of new words, which are others each time", () => {
    const [first, second] = [newMnemonic(), newMnemonic()];
    expect(isMnemonic(first)).toBe(true);
    expect(first.split(" ")).toHaveLength(24);
    expect(second).not.toBe(first);
  });
});
