import { bech32 } from "@scure/base";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvariantError } from "#core/primitives/assert.js";
import { toHex } from "#core/primitives/bytes.js";
import { SDK_VECTORS } from "#test/vectors/sdkVectors.js";
import { decodeBech32, encodeBech32 } from "./bech32.js";

const SEED = { seed: 20261121, numRuns: 200 };
const GOOD = encodeBech32("nesa", Uint8Array.of(1, 2, 3));

function problemOf(text: string): string | undefined {
  const decoded = decodeBech32(text);
  return "problem" in decoded ? decoded.problem : undefined;
}

describe("bech32", () => {
  test("bytes and prefix come back", () => {
    const prefix = fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/);
    fc.assert(
      fc.property(prefix, fc.uint8Array({ maxLength: 100 }), (name, bytes) => {
        const text = encodeBech32(name, bytes);
        expect(text).toBe(text.toLowerCase());
        expect(decodeBech32(text)).toEqual({ prefix: name, bytes });
        expect(decodeBech32(text.toUpperCase())).toEqual({ prefix: name, bytes });
      }),
      SEED,
    );
  });

  test.each(SDK_VECTORS.bech32)("$name is taken or refused as by the SDK", (vector) => {
    const decoded = decodeBech32(vector.text);
    const wrongPrefix = vector.error?.startsWith("invalid Bech32 prefix") === true;
    if (vector.error !== undefined && !wrongPrefix) {
      expect(decoded).toHaveProperty("problem");
      return;
    }
    expect(decoded).toHaveProperty("bytes");
    if (!("bytes" in decoded)) return;
    if (!wrongPrefix) expect(toHex(decoded.bytes)).toBe(vector.bytes ?? "");
    expect(decoded.prefix === "nesa").toBe(!wrongPrefix);
  });

  test.each(["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "?1ezyfcl"])(
    "%s of BIP-173 is valid",
    (text) => {
      expect(problemOf(text)).toBeUndefined();
    },
  );

  test.each([
    ["", "it is empty"],
    ["nesa1qq", "it has 7 characters, less than 8"],
    [`nesa1${"q".repeat(1019)}`, "it has 1024 characters, over 1023"],
    [`nesa1${"q".repeat(1018)}`, "its checksum is wrong"],
    ["nesa1qqq qqqqqq", "it has characters other than printable ASCII"],
    ["nesa1qqqüqqqqqq", "it has characters other than printable ASCII"],
    ["nesa1qqqqqqqqqQ", "it mixes upper and lower case"],
    ["nesaqqqqqqqqqq", "it has no prefix before a separator 1"],
    ["1qqqqqqqqqqq", "it has no prefix before a separator 1"],
    ["nesanesa1qqqqq", "its checksum is cut off"],
    ["nesa1qqqqqbqqqqq", "the character b does not occur in bech32"],
    [GOOD.slice(0, -1) + (GOOD.endsWith("q") ? "p" : "q"), "its checksum is wrong"],
    // Of BIP-173: a checksum of bech32m, and one computed over the upper-case prefix.
    ["A1G7SGD8", "its checksum is wrong"],
    ["abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx", "its checksum is wrong"],
  ])("%j: %s", (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test("stray bits after the last byte are refused", () => {
    const words = bech32.toWords(Uint8Array.of(1, 2, 3));
    expect(problemOf(bech32.encode("nesa", words))).toBeUndefined();
    const last = words.length - 1;
    for (const wrong of [words.with(last, words[last]! ^ 1), [...words, 0], words.slice(0, 1)]) {
      const problem = problemOf(bech32.encode("nesa", wrong));
      expect(problem).toBe("the data is not a whole number of bytes");
    }
    // BIP-173's segwit cases of non-zero and of over-long padding, as plain bech32.
    expect(problemOf("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv")).toBe(
      "the data is not a whole number of bytes",
    );
  });

  test.each(["", "Nesa", "nésa", "1nesa", "n".repeat(84)])("encoding under %j halts", (prefix) => {
    expect(() => encodeBech32(prefix, new Uint8Array(1))).toThrow(InvariantError);
  });
});
