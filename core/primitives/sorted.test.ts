import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareBytes, toHex, utf8 } from "./bytes.js";
import {
  compareBig,
  compareText,
  isStrictlyAscending,
  sortedBytes,
  sortedEntries,
  sortedNames,
} from "./sorted.js";

const SEED = { seed: 20261121, numRuns: 300 };
const ascii = fc.string({ unit: "binary-ascii", maxLength: 4 });

describe("comparators", () => {
  test("compareText on ASCII is byte order", () => {
    fc.assert(
      fc.property(ascii, ascii, (a, b) => {
        expect(compareText(a, b)).toBe(Math.sign(compareBytes(utf8(a), utf8(b))));
      }),
      SEED,
    );
  });

  test("compareBig is exact beyond 2^53", () => {
    expect(compareBig(2n ** 60n, 2n ** 60n + 1n)).toBe(-1);
    expect(compareBig(-1n, -2n)).toBe(1);
    expect(compareBig(5n, 5n)).toBe(0);
  });
});

describe("sortedEntries", () => {
  test("the order does not depend on the order of insertion", () => {
    fc.assert(
      fc.property(fc.uniqueArray(ascii), (names) => {
        const forward = new Map(names.map((name) => [name, name.length]));
        const backward = new Map(names.toReversed().map((name) => [name, name.length]));
        expect(sortedEntries(forward)).toEqual(sortedEntries(backward));
        expect(isStrictlyAscending(sortedEntries(forward), ([a], [b]) => compareText(a, b))).toBe(
          true,
        );
      }),
      SEED,
    );
  });

  test("names that look like integers are in text order", () => {
    const map = new Map([
      ["10", 1],
      ["9", 2],
    ]);
    expect(sortedEntries(map).map(([name]) => name)).toEqual(["10", "9"]);
  });
});

describe("sortedNames", () => {
  test("the order does not depend on the order of insertion", () => {
    const [forward, backward] = [
      ["b", "a", "10", "9"],
      ["9", "10", "a", "b"],
    ].map((names) => {
      return sortedNames(new Map(names.map((name) => [name, true])));
    });
    expect(forward).toEqual(["10", "9", "a", "b"]);
    expect(backward).toEqual(forward);
  });
});

describe("sortedBytes", () => {
  test("it gives a sorted copy and leaves the list alone", () => {
    const list = [Uint8Array.of(2), Uint8Array.of(1, 0), Uint8Array.of(1)];
    expect(sortedBytes(list).map(toHex)).toEqual(["01", "0100", "02"]);
    expect(list.map(toHex)).toEqual(["02", "0100", "01"]);
  });
});

describe("isStrictlyAscending", () => {
  test.each([
    { list: [], expected: true },
    { list: [1n], expected: true },
    { list: [1n, 2n, 3n], expected: true },
    { list: [1n, 1n], expected: false },
    { list: [2n, 1n], expected: false },
    { list: [1n, 3n, 2n], expected: false },
  ])("$list: $expected", ({ list, expected }) => {
    expect(isStrictlyAscending(list, compareBig)).toBe(expected);
  });
});
