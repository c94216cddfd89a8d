import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { malformedWire, notCanonical } from "#core/codec/errors.js";
import { DataType, type Field, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { concatBytes, utf8 } from "#core/primitives/bytes.js";
import type { ErrorFactory } from "#core/primitives/errors.js";
import {
  notFinite,
  wrongContent,
  wrongDataType,
  wrongDimensions,
  wrongFields,
  wrongLength,
} from "./errors.js";
import { maxValueSetBytes } from "./schema.js";
import { checkInput, nextNonFinite } from "./values.js";

function field(name: string, dataType: DataType, rest: Partial<Field> = {}): Field {
  return { name, dataType, shape: [], maxBytes: 0n, allowNonFinite: false, ...rest };
}

const BOUNDED = { minimum: 1n, maximum: 3n };
const PAIR = { minimum: 2n, maximum: 2n };
const FIELDS: readonly Field[] = [
  field("image", DataType.FLOAT32, { shape: [BOUNDED, PAIR] }),
  field("count", DataType.INT64),
  field("flags", DataType.BOOL, { shape: [PAIR] }),
  field("text", DataType.STRING, { maxBytes: 6n }),
  field("raw", DataType.BYTES, { maxBytes: 4n }),
  field("score", DataType.FLOAT64, { shape: [PAIR], allowNonFinite: true }),
];

function fitting(): ValueSet {
  return {
    values: [
      {
        name: "image",
        dataType: DataType.FLOAT32,
        dims: [3n, 2n],
        data: new Uint8Array(Float32Array.of(1, -2, 0.5, 0, 1e30, -0).buffer),
      },
      { name: "count", dataType: DataType.INT64, dims: [], data: new Uint8Array(8) },
      { name: "flags", dataType: DataType.BOOL, dims: [2n], data: Uint8Array.of(1, 0) },
      { name: "text", dataType: DataType.STRING, dims: [], data: utf8("né€") },
      { name: "raw", dataType: DataType.BYTES, dims: [], data: Uint8Array.of(255) },
      {
        name: "score",
        dataType: DataType.FLOAT64,
        dims: [2n],
        data: new Uint8Array(Float64Array.of(Number.NaN, -Infinity).buffer),
      },
    ],
  };
}

const TEXT = 3;

function changed(index: number, change: Partial<ValueSet["values"][number]>): ValueSet {
  const set = fitting();
  set.values[index] = { ...set.values[index]!, ...change };
  return set;
}

function floats(...elements: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(elements).buffer);
}

describe("an input that fits its schema", () => {
  it("is decoded as it was encoded", () => {
    expect(checkInput(FIELDS, ValueSet.encode(fitting()))).toEqual(fitting());
  });

  it("is never longer than the schema's bound", () => {
    expect(BigInt(ValueSet.encode(fitting()).length)).toBeLessThanOrEqual(maxValueSetBytes(FIELDS));
  });

  it("reaches the schema's bound when every part is as large as it may be", () => {
    const fields = [
      field("a", DataType.BYTES, { maxBytes: 300n }),
      field("b", DataType.FLOAT32, { shape: [{ minimum: 1n, maximum: 200n }] }),
    ];
    const values = [
      { name: "a", dataType: DataType.BYTES, dims: [], data: new Uint8Array(300) },
      { name: "b", dataType: DataType.FLOAT32, dims: [200n], data: new Uint8Array(800) },
    ];
    expect(BigInt(ValueSet.encode({ values }).length)).toBe(maxValueSetBytes(fields));
  });
});

describe("an input that does not fit its schema", () => {
  const nan = changed(5, { data: new Uint8Array(16).fill(0xff) });
  const cases: ReadonlyArray<readonly [string, ValueSet, ErrorFactory, string]> = [
    ["a value too few", { values: fitting().values.slice(1) }, wrongFields, "found 5, expected 6"],
    [
      "another order",
      { values: fitting().values.reverse() },
      wrongFields,
      "position 0, found score",
    ],
    ["another name", changed(1, { name: "counts" }), wrongFields, "expected count"],
    ["another type", changed(1, { dataType: DataType.UINT64 }), wrongDataType, "field count"],
    ["an unknown type", changed(1, { dataType: 99 as DataType }), wrongDataType, "found type 99"],
    ["an axis too many", changed(1, { dims: [1n] }), wrongDimensions, "rank 1, expected 0"],
    ["an extent too large", changed(0, { dims: [4n, 2n] }), wrongDimensions, "expected 1..3"],
    ["an extent of zero", changed(0, { dims: [0n, 2n] }), wrongDimensions, "axis 0, found 0"],
    [
      "data too short",
      changed(0, { data: floats(1, 2, 3, 4, 5) }),
      wrongLength,
      "expectedBytes 24",
    ],
    ["a text too long", changed(TEXT, { data: utf8("sieben!") }), wrongLength, "maximumBytes 6"],
    ["bytes too long", changed(4, { data: new Uint8Array(5) }), wrongLength, "field raw"],
    ["text that is not UTF-8", changed(TEXT, { data: Uint8Array.of(0xff) }), wrongContent, "UTF-8"],
    ["a bool of two", changed(2, { data: Uint8Array.of(0, 2) }), wrongContent, "position 1"],
    [
      "a NaN",
      changed(0, { data: floats(1, 2, NaN, 4, 5, 6) }),
      notFinite,
      "position 2, found a NaN",
    ],
    ["an infinity", changed(0, { data: floats(1, 2, 3, 4, 5, -Infinity) }), notFinite, "infinity"],
    ["a NaN with other bits, where NaN is allowed", nan, notFinite, "field score"],
  ];

  it.each(cases)("is refused for %s", (_, set, error, fact) => {
    let thrown: unknown;
    try {
      checkInput(FIELDS, ValueSet.encode(set));
    } catch (caught) {
      thrown = caught;
    }
    expect(error.is(thrown), String(thrown)).toBe(true);
    expect(String(thrown)).toContain(fact);
  });

  it("is refused for bytes that are not the canonical ones", () => {
    const bytes = ValueSet.encode(fitting());
    expect(() => checkInput(FIELDS, bytes.subarray(1))).toThrow(
      expect.toSatisfy((error) => malformedWire.is(error)) as Error,
    );
    const [first, ...others] = fitting().values.map((value) =>
      ValueSet.encode({ values: [value] }),
    );
    const head = Uint8Array.from(first!);
    // The same value with its name after its type.
    const name = head.slice(2, 9);
    const reordered = concatBytes(head.slice(0, 2), head.slice(9, 11), name, head.slice(11));
    expect(() => checkInput(FIELDS, concatBytes(reordered, ...others))).toThrow(
      expect.toSatisfy((error) => notCanonical.is(error)) as Error,
    );
  });
});

describe("nextNonFinite", () => {
  /** Bits of all kinds of floats; every third is infinite or no number. */
  const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const bits = fc.oneof(
    { weight: 2, arbitrary: word },
    { weight: 1, arbitrary: word.map((some) => some | 0x7ff0_0000_7f80_0000n) },
  );

  it.each([4, 8] as const)("finds what Number.isFinite denies, in floats of %i bytes", (size) => {
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 40 }), fc.nat(7), (words, shift) => {
        const data = new Uint8Array(words.length * 8 + shift).subarray(shift);
        const view = new DataView(data.buffer, shift);
        for (const [index, some] of words.entries()) view.setBigUint64(index * 8, some, true);
        const isFinite = (at: number): boolean =>
          Number.isFinite(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
        for (let from = 0; from <= data.length; from += size) {
          let expected = from;
          while (expected < data.length && isFinite(expected)) expected += size;
          expect(nextNonFinite(data, size, from)).toBe(expected);
        }
      }),
      { seed: 20261129, numRuns: 200 },
    );
  });

  it("leaves bytes that are no whole float alone", () => {
    const nan = Uint8Array.of(0, 0, 0xc0, 0x7f);
    for (let length = 0; length < 8; length++) {
      const data = new Uint8Array(length).fill(0xff);
      expect(nextNonFinite(data, 8, 0)).toBe(length);
      expect(nextNonFinite(concatBytes(new Uint8Array(4), data.subarray(4)), 4, 0)).toBe(
        Math.max(4, length),
      );
    }
    expect(nextNonFinite(concatBytes(nan, nan.subarray(0, 3)), 4, 0)).toBe(0);
  });
});
