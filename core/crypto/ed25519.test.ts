import { createPublicKey, verify as opensslVerify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { COMET_VECTORS } from "#test/vectors/cometVectors.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import { smallOrderEncodings, torsionPoints } from "#test/vectors/smallOrderPoints.js";
import * as browser from "./browser/ed25519.js";
import { integerBytes, toInteger } from "./ecvrfCurve.js";
import { invalidPrivateKey } from "./errors.js";
import { sha512 } from "./hash.js";
import * as node from "./node/ed25519.js";
import type { SignedMessage } from "./signature.js";

const SEED = { seed: 20261121, numRuns: 30 };
const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;

const PLATFORMS = [
  ["node", node],
  ["browser", browser],
] as const;

/** RFC 8032 section 7.1, TEST 1 to 3. */
const RFC8032 = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature:
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature:
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature:
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
];

describe.each(PLATFORMS)("%s", (_, platform) => {
  test.each([...RFC8032, ...SDK_VECTORS.consensus])("signs as published: $publicKey", (vector) => {
    const [seed, message] = [hexBytes(vector.seed), hexBytes(vector.message)];
    const publicKey = platform.ed25519PublicKey(seed);
    const signature = platform.signEd25519(message, seed);
    expect(toHex(publicKey)).toBe(vector.publicKey);
    expect(toHex(signature)).toBe(vector.signature);
    expect(platform.verifyEd25519({ publicKey, message, signature })).toBe(true);
  });

  describe("on the 196 pairs of small-order encodings", () => {
    const { message, encodings, verdicts } = COMET_VECTORS.zip215;

    test("the encodings are the 14 that ZIP-215 takes", () => {
      expect(smallOrderEncodings().map(toHex)).toEqual(encodings);
    });

    test.each(Object.entries(verdicts))("with S = %s it agrees with CometBFT", (s, expected) => {
      expect(expected).toHaveLength(196);
      const found = encodings.flatMap((key) =>
        encodings.map((r) => {
          const signed = { publicKey: hexBytes(key), signature: hexBytes(r + s) };
          return platform.verifyEd25519({ ...signed, message: hexBytes(message) }) ? "1" : "0";
        }),
      );
      expect(found.join("")).toBe(expected);
    });
  });

  const seed = hexBytes("11".repeat(32));
  const message = utf8("message");
  const signed: SignedMessage = {
    publicKey: platform.ed25519PublicKey(seed),
    message,
    signature: platform.signEd25519(message, seed),
  };

  test.each([
    ["another message", { message: utf8("massage") }],
    ["another key", { publicKey: platform.ed25519PublicKey(hexBytes("12".repeat(32))) }],
    ["a key that is no point", { publicKey: integerBytes(2n, 32) }],
    ["a key of 31 bytes", { publicKey: signed.publicKey.slice(1) }],
    ["a key of 33 bytes", { publicKey: concatBytes(signed.publicKey, Uint8Array.of(0)) }],
    ["a signature of 63 bytes", { signature: signed.signature.slice(0, 63) }],
    ["a signature of 65 bytes", { signature: concatBytes(signed.signature, Uint8Array.of(0)) }],
    ["an R that is no point", { signature: concatBytes(integerBytes(2n, 32), new Uint8Array(32)) }],
  ])("%s is refused", (__, change: Partial<SignedMessage>) => {
    expect(platform.verifyEd25519(signed)).toBe(true);
    expect(platform.verifyEd25519({ ...signed, ...change })).toBe(false);
  });

  test("S plus the order is refused", () => {
    const s = toInteger(signed.signature.subarray(32)) + ORDER;
    const signature = concatBytes(signed.signature.subarray(0, 32), integerBytes(s, 32));
    expect(platform.verifyEd25519({ ...signed, signature })).toBe(false);
  });

  test("every flipped bit of a signature is refused", () => {
    for (let bit = 0; bit < 512; bit += 7) {
      const byte = signed.signature[bit >> 3]! ^ (1 << (bit & 7));
      const signature = signed.signature.with(bit >> 3, byte);
      expect(platform.verifyEd25519({ ...signed, signature }), `bit ${bit}`).toBe(false);
    }
  });

  test("a signature that only the cofactored equation accepts is valid", () => {
    const forged = mixedOrderSignature(message);
    expect(platform.verifyEd25519(forged)).toBe(true);
    expect(platform.verifyEd25519({ ...forged, message: utf8("massage") })).toBe(false);
    expect(opensslAccepts(forged)).toBe(false);
  });

  test.each([0, 31, 33, 64])("a seed of %d bytes is refused", (length) => {
    expect(() => platform.ed25519PublicKey(new Uint8Array(length))).toThrow(
      invalidPrivateKey().summary,
    );
    expect(() => platform.signEd25519(message, new Uint8Array(length))).toThrow(
      invalidPrivateKey().summary,
    );
  });
});

/** A key with a torsion part, and a signature whose equation fails by a point of small order. */
function mixedOrderSignature(message: Uint8Array): SignedMessage {
  const torsion = torsionPoints()[1]!;
  const [secret, nonce] = [123456789n, 987654321n];
  const publicKey = Point.BASE.multiply(secret).add(torsion).toBytes();
  // Of eight values of R one lets the torsion parts cancel; the next one does not.
  for (const offset of torsionPoints()) {
    const r = Point.BASE.multiply(nonce).add(offset).toBytes();
    const k = toInteger(sha512(r, publicKey, message)) % ORDER;
    const signature = concatBytes(r, integerBytes((nonce + k * secret) % ORDER, 32));
    const signed = { publicKey, message, signature };
    if (!opensslAccepts(signed)) return signed;
  }
  throw new Error("no such signature");
}

function opensslAccepts({ publicKey, message, signature }: SignedMessage): boolean {
  const x = Buffer.from(publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return opensslVerify(null, message, key, signature);
}

describe("both platforms", () => {
  test("give the same keys and signatures", () => {
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(seeds, fc.uint8Array({ maxLength: 100 }), (seed, message) => {
        expect(node.ed25519PublicKey(seed)).toEqual(browser.ed25519PublicKey(seed));
        expect(node.signEd25519(message, seed)).toEqual(browser.signEd25519(message, seed));
      }),
      SEED,
    );
  });
});
