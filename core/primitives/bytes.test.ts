import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareBytes,
  concatBytes,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  prefixEnd,
  startsWith,
  toBase64,
  toHex,
  toUpperHex,
  uint32FromBytes,
  uint32ToBytes,
  uint64FromBytes,
  uint64ToBytes,
  utf8,
} from "./bytes.js";

const SEED = { seed: 20261121, numRuns: 300 };
const anyBytes = fc.uint8Array({ maxLength: 40 });
/** Bytes of few values, so that prefixes and equal pairs come up. */
const similarBytes = fc.array(fc.constantFrom(0, 1, 0xfe, 0xff), { maxLength: 4 }).map((list) => {
  return Uint8Array.from(list);
});

describe("byte order", () => {
  test("it is that of Buffer.compare", () => {
    fc.assert(
      fc.property(similarBytes, similarBytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      }),
      SEED,
    );
  });

  test("one changed byte of long ones is found wherever it is and however they are aligned", () => {
    const length = fc.integer({ min: 65, max: 200 });
    fc.assert(
      fc.property(length, fc.nat(3), fc.nat(199), (size, shift, place) => {
        const bytes = Uint8Array.from({ length: size }, (_, index) => index * 7);
        const shifted = new Uint8Array(size + shift).subarray(shift);
        shifted.set(bytes);
        expect(equalBytes(bytes, shifted)).toBe(true);
        shifted[place % size] = (shifted[place % size] ?? 0) ^ 0x80;
        expect(equalBytes(bytes, shifted)).toBe(false);
      }),
      SEED,
    );
  });

  test("a prefix sorts before what it begins", () => {
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(1, 0), Uint8Array.of(1))).toBeGreaterThan(0);
  });

  test("bytes compare unsigned", () => {
    expect(compareBytes(Uint8Array.of(0x80), Uint8Array.of(0x7f))).toBeGreaterThan(0);
  });
});

describe("concatBytes", () => {
  test("it equals Buffer.concat and copies", () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 5 }), (parts) => {
        expect(toHex(concatBytes(...parts))).toBe(Buffer.concat(parts).toString("hex"));
      }),
      SEED,
    );
    const part = Uint8Array.of(1);
    const joined = concatBytes(part);
    joined[0] = 9;
    expect(part[0]).toBe(1);
  });
});

describe("prefixes", () => {
  test("startsWith finds a prefix and only that", () => {
    fc.assert(
      fc.property(similarBytes, similarBytes, (prefix, rest) => {
        expect(startsWith(concatBytes(prefix, rest), prefix)).toBe(true);
        expect(startsWith(rest, prefix)).toBe(toHex(rest).startsWith(toHex(prefix)));
      }),
      SEED,
    );
  });

  test("prefixEnd parts what begins with the prefix from what sorts after it", () => {
    fc.assert(
      fc.property(similarBytes, similarBytes, (prefix, key) => {
        const end = prefixEnd(prefix);
        const inside =
          compareBytes(key, prefix) >= 0 && (end === undefined || compareBytes(key, end) < 0);
        expect(inside).toBe(startsWith(key, prefix));
      }),
      SEED,
    );
  });

  test("prefixEnd carries over trailing ff bytes and has no answer for nothing but ff", () => {
    expect(prefixEnd(Uint8Array.of(1, 0xff, 0xff))).toEqual(Uint8Array.of(2));
    expect(prefixEnd(Uint8Array.of(0xff, 0xff))).toBeUndefined();
    expect(prefixEnd(new Uint8Array(0))).toBeUndefined();
  });
});

describe("hex", () => {
  test("it equals Buffer's in both directions and cases", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = Buffer.from(bytes).toString("hex");
        expect(toHex(bytes)).toBe(text);
        expect(toUpperHex(bytes)).toBe(text.toUpperCase());
        expect(fromHex(text)).toEqual(bytes);
        expect(fromHex(text.toUpperCase())).toEqual(bytes);
      }),
      SEED,
    );
  });

  test.each(["0", "0g", "0x00", " 00", "00 ", "é0", "+1"])("%j is not hex", (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});

describe("base64", () => {
  test("it equals Buffer's, also from the URL-safe alphabet", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(toBase64(bytes)).toBe(text);
        expect(fromBase64(text)).toEqual(bytes);
        expect(fromBase64(text.replaceAll("+", "-").replaceAll("/", "_"))).toEqual(bytes);
      }),
      SEED,
    );
  });

  test.each(["A", "AA", "AAA", "AA=", "A===", "AA==AA==", "AAA*", " AAA", "AAAA\n", "=AAA"])(
    "%j is not padded base64",
    (text) => {
      expect(fromBase64(text)).toBeUndefined();
    },
  );
});

describe("UTF-8", () => {
  test("it equals Buffer's for every well-formed text, a byte order mark included", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(toHex(utf8(text))).toBe(Buffer.from(text, "utf8").toString("hex"));
        expect(fromUtf8(utf8(text))).toBe(text);
      }),
      SEED,
    );
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  test.each([
    ["a lone continuation byte", [0x80]],
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a point over U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
    ["a cut-off sequence", [0xe2, 0x82]],
  ])("%s is not UTF-8", (_, bytes) => {
    expect(fromUtf8(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe("big-endian integers", () => {
  test("64-bit integers come back and sort like their bytes", () => {
    const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(uint64, uint64, (a, b) => {
        expect(uint64FromBytes(uint64ToBytes(a))).toBe(a);
        const order = a < b ? -1 : Number(a > b);
        expect(Math.sign(compareBytes(uint64ToBytes(a), uint64ToBytes(b)))).toBe(order);
      }),
      SEED,
    );
    expect(toHex(uint64ToBytes(1n))).toBe("0000000000000001");
  });

  test("32-bit integers come back, also from inside a larger buffer", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        expect(uint32FromBytes(uint32ToBytes(value))).toBe(value);
        const embedded = concatBytes(Uint8Array.of(7, 7), uint32ToBytes(value)).subarray(2);
        expect(uint32FromBytes(embedded)).toBe(value);
      }),
      SEED,
    );
    expect(toHex(uint32ToBytes(0x01020304))).toBe("01020304");
  });

  test("reading from too few bytes throws", () => {
    expect(() => uint64FromBytes(new Uint8Array(7))).toThrow(RangeError);
    expect(() => uint32FromBytes(new Uint8Array(3))).toThrow(RangeError);
  });
});
