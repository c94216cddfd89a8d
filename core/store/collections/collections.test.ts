import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PageRequest } from "#core/codec/generated/cosmos/base/query/v1beta1.js";
import { type Address, toAddress } from "#core/crypto/address.js";
import { InvariantError } from "#core/primitives/assert.js";
import { compareBytes, toHex, utf8 } from "#core/primitives/bytes.js";
import { compareBig, compareText } from "#core/primitives/sorted.js";
import type { KvStore } from "../kv.js";
import { openStore } from "../multistore.js";
import { StoreKey } from "../storeKey.js";
import { Item } from "./item.js";
import {
  addressKey,
  bytesKey,
  type KeyCodec,
  lengthPrefixedKey,
  textKey,
  uint64Key,
} from "./keyCodecs.js";
import { KeySet } from "./keySet.js";
import { KvMap } from "./kvMap.js";
import { tupleKey } from "./tupleKey.js";
import { bytesValue, messageValue, textValue, uint64Value } from "./valueCodecs.js";

function emptyKv(): KvStore {
  const key = new StoreKey("bank");
  return openStore({ memory: true, stores: [key] })
    .branch()
    .kv(key);
}

function address(first: number): Address {
  return toAddress(Uint8Array.from({ length: 20 }, (_, at) => (at === 0 ? first : at)));
}

const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const plainText = fc.string().filter((text) => !text.includes("\0"));

describe("key codecs", () => {
  const cases: ReadonlyArray<readonly [string, KeyCodec<unknown>, fc.Arbitrary<unknown>]> = [
    ["uint64Key", uint64Key as KeyCodec<unknown>, uint64],
    ["bytesKey", bytesKey as KeyCodec<unknown>, fc.uint8Array({ maxLength: 255 })],
    ["textKey", textKey as KeyCodec<unknown>, plainText],
    [
      "addressKey",
      addressKey as KeyCodec<unknown>,
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
    ],
    ["lengthPrefixedKey", lengthPrefixedKey(textKey) as KeyCodec<unknown>, plainText],
    [
      "tupleKey",
      tupleKey(textKey, uint64Key, bytesKey) as KeyCodec<unknown>,
      fc.tuple(plainText, uint64, fc.uint8Array({ maxLength: 255 })),
    ],
  ];

  test.each(cases)("%s reads back what it writes, alone and before others", (_, codec, keys) => {
    fc.assert(
      fc.property(keys, fc.uint8Array({ maxLength: 5 }), (key, rest) => {
        expect(codec.decode(codec.encode(key))).toEqual(key);
        const part = codec.encodePart(key);
        expect(codec.decodePart(Uint8Array.of(...part, ...rest))).toEqual([key, part.length]);
      }),
    );
  });

  test("integers sort like numbers, alone and inside composites", () => {
    const pair = tupleKey(uint64Key, uint64Key);
    fc.assert(
      fc.property(uint64, uint64, uint64, (a, b, c) => {
        const single = compareBytes(uint64Key.encode(a), uint64Key.encode(b));
        expect(Math.sign(single)).toBe(compareBig(a, b));
        const double = compareBytes(pair.encode([a, b]), pair.encode([a, c]));
        expect(Math.sign(double)).toBe(compareBig(b, c));
      }),
    );
  });

  test("texts before others keep their byte order, however long they are", () => {
    const pair = tupleKey(textKey, uint64Key);
    const texts = ["", "a", "a!", "aa", "ab", "b"];
    const keys = texts.flatMap((text) => [0n, 5n].map((n) => pair.encode([text, n])));
    expect(keys.toSorted(compareBytes)).toEqual(keys);
    expect(texts.toSorted(compareText)).toEqual(texts);
  });

  test("have the SDK's bytes", () => {
    const balance = tupleKey(addressKey, textKey);
    expect(toHex(balance.encode([address(9), "unes"]))).toBe("14" + toHex(address(9)) + "756e6573");
    const owner = tupleKey(textKey, lengthPrefixedKey(addressKey));
    expect(toHex(owner.encode(["unes", address(9)]))).toBe("756e657300" + "14" + toHex(address(9)));
  });

  test.each([
    ["an integer below zero", () => uint64Key.encode(-1n)],
    ["an integer of 2^64", () => uint64Key.encode(1n << 64n)],
    ["a text with a zero byte before others", () => textKey.encodePart("a\0b")],
    ["256 bytes before others", () => bytesKey.encodePart(new Uint8Array(256))],
    ["a stored text without its end", () => textKey.decodePart(utf8("abc"))],
    ["stored bytes shorter than they say", () => bytesKey.decodePart(Uint8Array.of(3, 1))],
    ["a stored address of 19 bytes", () => addressKey.decode(new Uint8Array(19))],
  ])("stop at %s", (_, work) => {
    expect(work).toThrow(InvariantError);
  });
});

describe("value codecs", () => {
  test("read back what they write", () => {
    fc.assert(
      fc.property(uint64, fc.string({ minLength: 1 }), (integer, text) => {
        expect(uint64Value.decode(uint64Value.encode(integer))).toBe(integer);
        expect(textValue.decode(textValue.encode(text))).toBe(text);
      }),
    );
    expect(bytesValue.decode(bytesValue.encode(utf8("x")))).toEqual(utf8("x"));
  });

  test("keep messages, also one of defaults alone", () => {
    const codec = messageValue(PageRequest);
    for (const message of [
      PageRequest.create(),
      PageRequest.create({ limit: 5n, key: utf8("k") }),
    ]) {
      const bytes = codec.encode(message);
      expect(bytes.length).toBeGreaterThan(0);
      expect(codec.decode(bytes)).toEqual(message);
    }
  });

  test.each([-1n, 1n << 64n])("stop at the integer %s", (value) => {
    expect(() => uint64Value.encode(value)).toThrow(InvariantError);
  });
});

test("an item is found once it is set, and not after it is deleted", () => {
  const kv = emptyKv();
  const item = new Item(0x07, uint64Value);
  expect(item.find(kv)).toBeUndefined();
  expect(item.has(kv)).toBe(false);
  expect(() => item.get(kv)).toThrow(InvariantError);
  item.set(kv, 42n);
  expect(item.get(kv)).toBe(42n);
  expect(kv.get(Uint8Array.of(7))).toEqual(uint64Value.encode(42n));
  item.delete(kv);
  expect(item.has(kv)).toBe(false);
});

describe("a map", () => {
  const balances = new KvMap(0x02, tupleKey(addressKey, textKey), textValue);
  const heights = new KvMap(0x03, uint64Key, textValue);

  function filled(): KvStore {
    const kv = emptyKv();
    for (const [owner, denom] of [
      [1, "uatom"],
      [2, "uatom"],
      [2, "unes"],
      [3, "unes"],
    ] as const) {
      balances.set(kv, [address(owner), denom], `${owner}`);
    }
    for (const height of [1n, 2n, 255n, 256n]) heights.set(kv, height, height.toString());
    return kv;
  }

  test("finds, tells, deletes and misses", () => {
    const kv = filled();
    expect(balances.get(kv, [address(2), "unes"])).toBe("2");
    expect(balances.has(kv, [address(1), "unes"])).toBe(false);
    expect(balances.find(kv, [address(1), "unes"])).toBeUndefined();
    expect(() => balances.get(kv, [address(1), "unes"])).toThrow(InvariantError);
    balances.delete(kv, [address(2), "unes"]);
    expect(balances.has(kv, [address(2), "unes"])).toBe(false);
  });

  test("iterates its own entries alone, in order", () => {
    const kv = filled();
    expect([...heights.iterate(kv)].map(([height]) => height)).toEqual([1n, 2n, 255n, 256n]);
    expect([...balances.iterate(kv)]).toHaveLength(4);
  });

  test.each([
    [{ start: 2n }, [2n, 255n, 256n]],
    [{ end: 256n }, [1n, 2n, 255n]],
    [{ start: 2n, end: 256n, order: "descending" }, [255n, 2n]],
    [{ start: 3n, end: 255n }, []],
    [{ order: "descending" }, [256n, 255n, 2n, 1n]],
  ] as const)("iterates the scope %o", (scope, expected) => {
    expect([...heights.iterate(filled(), scope)].map(([height]) => height)).toEqual(expected);
  });

  test("iterates the keys of one head of a composite", () => {
    const prefix = tupleKey(addressKey, textKey).prefix(address(2));
    const found = [...balances.iterate(filled(), { prefix })];
    expect(found.map(([[, denom]]) => denom)).toEqual(["uatom", "unes"]);
  });

  test("at prefix 255 ends where the store ends", () => {
    const kv = filled();
    const last = new KvMap(0xff, uint64Key, textValue);
    last.set(kv, 1n, "x");
    expect([...last.iterate(kv)]).toEqual([[1n, "x"]]);
  });
});

test("a set holds what was added", () => {
  const kv = emptyKv();
  const open = new KeySet(0x05, uint64Key);
  for (const id of [7n, 3n, 3n]) open.add(kv, id);
  expect([...open.iterate(kv)]).toEqual([3n, 7n]);
  expect([...open.iterate(kv, { start: 4n })]).toEqual([7n]);
  open.delete(kv, 3n);
  expect(open.has(kv, 3n)).toBe(false);
  expect(open.has(kv, 7n)).toBe(true);
});
