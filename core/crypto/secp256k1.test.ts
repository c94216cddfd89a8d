import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import * as browser from "./browser/secp256k1.js";
import { invalidPrivateKey } from "./errors.js";
import * as node from "./node/secp256k1.js";
import { sha256 } from "./hash.js";

const SEED = { seed: 20261121, numRuns: 50 };
/** Order of the group. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const PLATFORMS = [
  ["node", node],
  ["browser", browser],
] as const;

const scalar = (value: bigint): Uint8Array => hexBytes(value.toString(16).padStart(64, "0"));
const integer = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const join = (r: Uint8Array, s: Uint8Array): Uint8Array => Uint8Array.from([...r, ...s]);

describe.each(PLATFORMS)("%s", (_, platform) => {
  test.each(SDK_VECTORS.txs)("signs $name as the SDK does", (tx) => {
    const privateKey = hexBytes(tx.privateKey);
    const publicKey = hexBytes(tx.publicKey);
    expect(platform.secp256k1PublicKey(privateKey)).toEqual(publicKey);
    for (const [message, expected] of [
      [hexBytes(tx.direct.signBytes), tx.direct.signature],
      [utf8(tx.amino.signBytes), tx.amino.signature],
    ] as const) {
      const signature = platform.signSecp256k1(message, privateKey);
      expect(toHex(signature)).toBe(expected);
      expect(platform.verifySecp256k1({ publicKey, message, signature })).toBe(true);
    }
  });

  const privateKey = sha256(utf8("key"));
  const publicKey = platform.secp256k1PublicKey(privateKey);
  const message = utf8("message");
  const signature = platform.signSecp256k1(message, privateKey);
  const [r, s] = [signature.slice(0, 32), signature.slice(32)];

  test("the higher s of the same signature is refused", () => {
    const high = scalar(ORDER - integer(s));
    expect(platform.verifySecp256k1({ publicKey, message, signature })).toBe(true);
    expect(platform.verifySecp256k1({ publicKey, message, signature: join(r, high) })).toBe(false);
  });

  test.each([
    ["r of zero", join(scalar(0n), s)],
    ["s of zero", join(r, scalar(0n))],
    ["r of the order", join(scalar(ORDER), s)],
    ["s of the order", join(r, scalar(ORDER))],
    ["s over the order by s", join(r, scalar(ORDER + 5n))],
    ["r of all ones", join(new Uint8Array(32).fill(0xff), s)],
    ["r and s exchanged", join(s, r)],
    ["63 bytes", signature.slice(0, 63)],
    ["65 bytes", join(signature, Uint8Array.of(0))],
    ["no bytes", new Uint8Array(0)],
  ])("a signature with %s is refused", (__, altered) => {
    expect(platform.verifySecp256k1({ publicKey, message, signature: altered })).toBe(false);
  });

  const uncompressed = secp256k1.Point.fromBytes(publicKey).toBytes(false);
  test.each([
    ["the other parity", publicKey.with(0, publicKey[0]! ^ 1)],
    ["an unknown prefix", publicKey.with(0, 5)],
    ["the hybrid prefix", publicKey.with(0, 6)],
    ["an x that is not on the curve", join(Uint8Array.of(2), scalar(5n))],
    ["an x over the field", join(Uint8Array.of(2), new Uint8Array(32).fill(0xff))],
    ["32 bytes", publicKey.slice(1)],
    ["its uncompressed form", uncompressed],
    ["33 zeros", new Uint8Array(33)],
  ])("a key with %s is refused", (__, altered) => {
    expect(platform.verifySecp256k1({ publicKey: altered, message, signature })).toBe(false);
  });

  test("another message is refused", () => {
    const other = utf8("massage");
    expect(platform.verifySecp256k1({ publicKey, message: other, signature })).toBe(false);
  });

  test.each([
    ["zero", new Uint8Array(32)],
    ["the order", scalar(ORDER)],
    ["31 bytes", privateKey.slice(1)],
    ["33 bytes", join(privateKey, Uint8Array.of(0))],
  ])("%s is not a private key", (__, key) => {
    expect(() => platform.secp256k1PublicKey(key)).toThrow(invalidPrivateKey().summary);
    expect(() => platform.signSecp256k1(message, key)).toThrow(invalidPrivateKey().summary);
  });
});

describe("both platforms", () => {
  test("give the same keys, signatures and verdicts", () => {
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(seed, fc.uint8Array({ maxLength: 100 }), fc.nat(511), (bytes, message, bit) => {
        const privateKey = sha256(bytes);
        const publicKey = node.secp256k1PublicKey(privateKey);
        expect(browser.secp256k1PublicKey(privateKey)).toEqual(publicKey);
        const signature = node.signSecp256k1(message, privateKey);
        expect(browser.signSecp256k1(message, privateKey)).toEqual(signature);
        const flip = signature.with(bit >> 3, signature[bit >> 3]! ^ (1 << (bit & 7)));
        expect(node.verifySecp256k1({ publicKey, message, signature: flip })).toBe(false);
        expect(browser.verifySecp256k1({ publicKey, message, signature: flip })).toBe(false);
      }),
      SEED,
    );
  });

  test("results are plain Uint8Arrays", () => {
    const key = sha256(utf8("key"));
    for (const bytes of [
      node.secp256k1PublicKey(key),
      node.signSecp256k1(key, key),
      browser.secp256k1PublicKey(key),
      browser.signSecp256k1(key, key),
    ]) {
      expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    }
  });
});

describe("the native addon", () => {
  test("is there", () => {
    expect(() => {
      node.assertNativeSecp256k1();
    }).not.toThrow();
  });

  test("where it does not load, the error names platform, cause and remedy", () => {
    const open = (): never => {
      throw new Error("No native build was found");
    };
    expect(() => node.loadBindings(open)).toThrow(
      /secp256k1 does not load on \S+-\S+, Node v[0-9.]+: No native build was found\. .*npm rebuild secp256k1/,
    );
  });
});
