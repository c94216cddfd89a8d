import { describe, expect, test } from "vitest";
import { SeededRandom } from "#test/harness/random.js";
import { abstains, isAbstentionBitmap, packAbstentions } from "./abstentions.js";

describe("packing abstentions", () => {
  test("bit i of byte i/8 stands for request i, least significant first", () => {
    expect(packAbstentions([0])).toEqual(Uint8Array.of(1));
    expect(packAbstentions([7])).toEqual(Uint8Array.of(0x80));
    expect(packAbstentions([8])).toEqual(Uint8Array.of(0, 1));
    expect(packAbstentions([1, 3, 10])).toEqual(Uint8Array.of(0b1010, 0b100));
  });

  test("nobody abstaining is the empty bitmap", () => {
    expect(packAbstentions([])).toEqual(new Uint8Array(0));
  });

  test("every packed set reads back and is canonical", () => {
    const random = new SeededRandom(11n);
    for (let round = 0; round < 100; round++) {
      const count = 1 + random.below(256);
      const all = Array.from({ length: count }, (_, position) => position);
      const chosen = all.filter(() => random.oneIn(3));
      const bitmap = packAbstentions(random.shuffle(chosen));
      expect(all.filter((position) => abstains(bitmap, position))).toEqual(chosen);
      expect(isAbstentionBitmap(bitmap, count)).toBe(true);
    }
  });
});

describe("reading a bitmap", () => {
  test("positions beyond its bytes do not abstain", () => {
    expect(abstains(Uint8Array.of(0xff), 8)).toBe(false);
    expect(abstains(new Uint8Array(0), 0)).toBe(false);
  });

  test.each<readonly [string, Uint8Array, number, boolean]>([
    ["empty", new Uint8Array(0), 1, true],
    ["the last request of eight", Uint8Array.of(0x80), 8, true],
    ["a request that the batch does not have", Uint8Array.of(0x10), 4, false],
    ["a byte more than the batch takes", Uint8Array.of(1, 1), 8, false],
    ["a trailing zero byte", Uint8Array.of(1, 0), 16, false],
    ["a single zero byte", Uint8Array.of(0), 8, false],
  ])("%s", (_, bitmap, count, canonical) => {
    expect(isAbstentionBitmap(bitmap, count)).toBe(canonical);
  });
});
