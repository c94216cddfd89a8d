import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { hexBytes } from "#test/vectors/readVectors.js";
import * as browser from "./browser/hash.js";
import { domainHash } from "./hash.js";
import * as node from "./node/hash.js";

const SEED = { seed: 20261121, numRuns: 200 };
const bytes = fc.uint8Array({ maxLength: 200 });

const PLATFORMS = [
  ["node", node],
  ["browser", browser],
] as const;

/** FIPS 180-4 and the paper on RIPEMD-160: digests of "abc" and of nothing. */
const DIGESTS = [
  ["sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  [
    "sha512",
    "abc",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
  ],
  ["ripemd160", "abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"],
  ["ripemd160", "", "9c1185a5c5e9fc54612808977ee8f548b2258d31"],
] as const;

/** RFC 4231, test cases 1, 2 and 6 (a key longer than the block). */
const HMACS = [
  {
    key: "0b".repeat(20),
    text: "Hi There",
    sha256: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    sha512:
      "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
  },
  {
    key: "4a656665",
    text: "what do ya want for nothing?",
    sha256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    sha512:
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  },
  {
    key: "aa".repeat(131),
    text: "Test Using Larger Than Block-Size Key - Hash Key First",
    sha256: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    sha512:
      "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
  },
];

describe.each(PLATFORMS)("%s", (_, platform) => {
  test.each(DIGESTS)("%s of %j is the published one", (name, text, digest) => {
    expect(toHex(platform[name](utf8(text)))).toBe(digest);
  });

  test.each(HMACS)("HMAC of $text is the published one", ({ key, text, sha256, sha512 }) => {
    expect(toHex(platform.hmacSha256(hexBytes(key), utf8(text)))).toBe(sha256);
    expect(toHex(platform.hmacSha512(hexBytes(key), utf8(text)))).toBe(sha512);
  });

  test("digests are plain Uint8Arrays that share memory with nothing", () => {
    const digests = [
      platform.sha256(),
      platform.sha256(utf8("a")),
      platform.sha256(utf8("a"), utf8("b")),
      platform.hmacSha256(utf8("k"), utf8("a")),
    ];
    for (const digest of digests) {
      expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype);
      expect(digest.buffer.byteLength).toBe(digest.length);
    }
  });
});

describe("both platforms", () => {
  test("hash any parts alike, and like their concatenation", () => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 4 }), bytes, (parts, key) => {
        for (const name of ["sha256", "sha512", "ripemd160"] as const) {
          expect(node[name](...parts)).toEqual(browser[name](...parts));
          expect(node[name](...parts)).toEqual(node[name](concatBytes(...parts)));
        }
        expect(node.hmacSha256(key, ...parts)).toEqual(browser.hmacSha256(key, ...parts));
        expect(node.hmacSha512(key, ...parts)).toEqual(browser.hmacSha512(key, ...parts));
      }),
      SEED,
    );
  });
});

describe("hashing in parts", () => {
  test.each(PLATFORMS)("on %s gives the hash of the whole, a plain Uint8Array", (_, platform) => {
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), (parts) => {
        const state = platform.createSha256();
        for (const part of parts) state.update(part);
        const digest = state.digest();
        expect(digest).toEqual(node.sha256(...parts));
        expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype);
      }),
      SEED,
    );
  });
});

describe("domainHash", () => {
  test("moving a byte from one field to the next changes the hash", () => {
    const split = domainHash("d", utf8("ab"), utf8("c"));
    expect(split).not.toEqual(domainHash("d", utf8("a"), utf8("bc")));
    expect(split).not.toEqual(domainHash("d", utf8("abc")));
    expect(split).not.toEqual(domainHash("da", utf8("b"), utf8("c")));
    expect(domainHash("d")).not.toEqual(domainHash("d", utf8("")));
  });

  test("it is sha256 over each field behind its length", () => {
    const written = hexBytes("00000003612f62" + "00000002" + "0102");
    expect(domainHash("a/b", Uint8Array.of(1, 2))).toEqual(node.sha256(written));
  });
});
