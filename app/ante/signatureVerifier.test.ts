import { describe, expect, test } from "vitest";
import { utf8 } from "#core/primitives/bytes.js";
import { TestAccount } from "#test/harness/identities.js";
import { SignatureVerifier } from "./signatureVerifier.js";

const anna = new TestAccount("anna");
const bela = new TestAccount("bela");
const message = utf8("message");
const good = { publicKey: anna.publicKey, message, signature: anna.sign(message) };

describe("the signature verifier", () => {
  test("says the same when it remembers", () => {
    const verifier = new SignatureVerifier();
    expect([verifier.isValid(good), verifier.isValid(good)]).toEqual([true, true]);
  });

  test.each([
    ["another message", { ...good, message: utf8("another") }],
    ["another key", { ...good, publicKey: bela.publicKey }],
    ["another signature", { ...good, signature: bela.sign(message) }],
    ["a signature cut short", { ...good, signature: good.signature.subarray(0, 63) }],
    ["no signature", { ...good, signature: new Uint8Array(0) }],
  ])("does not take %s for the one it remembers", (_name, changed) => {
    const verifier = new SignatureVerifier();
    verifier.isValid(good);
    expect([verifier.isValid(changed), verifier.isValid(changed)]).toEqual([false, false]);
  });
});
