import { describe, expect, it } from "vitest";
import { DataType, type Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { utf8 } from "#core/primitives/bytes.js";
import { findElementTypeByName } from "./dataTypes.js";
import { notFinite, unfitJson, wrongDimensions, wrongLength } from "./errors.js";
import { valuesFromJson, valuesToJson } from "./valueJson.js";

function field(
  name: string,
  type: string,
  extents: ReadonlyArray<number | readonly [number, number]>,
): Field {
  const shape = extents.map((extent) => {
    const [minimum, maximum] = typeof extent === "number" ? [extent, extent] : extent;
    return { minimum: BigInt(minimum), maximum: BigInt(maximum) };
  });
  const dataType = findElementTypeByName(type)!.type;
  return { name, dataType, shape, maxBytes: 0n, allowNonFinite: false };
}

function single(given: unknown, type: string, extents: Parameters<typeof field>[2]): Uint8Array {
  return valuesFromJson([field("x", type, extents)], { x: given }).values[0]!.data;
}

describe("a tensor from JSON", () => {
  it("takes flat, nested, typed and explicit elements alike", () => {
    const expected = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    for (const given of [
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
      Float32Array.of(1, 2, 3, 4),
      { dims: [2, 2], data: [1, 2, 3, 4] },
    ]) {
      expect(single(given, "float32", [2, 2])).toEqual(expected);
    }
  });

  it("writes every element type little-endian", () => {
    const cases: ReadonlyArray<readonly [string, unknown, ArrayBufferView]> = [
      ["int8", [-128, 127], Int8Array.of(-128, 127)],
      ["int16", [-2, 300], Int16Array.of(-2, 300)],
      ["int32", [-3, 70_000], Int32Array.of(-3, 70_000)],
      ["int64", ["-9223372036854775808", 5n], BigInt64Array.of(-(2n ** 63n), 5n)],
      ["uint8", [0, 255], Uint8Array.of(0, 255)],
      ["uint16", [1, 65_535], Uint16Array.of(1, 65_535)],
      ["uint32", [1, 4_294_967_295], Uint32Array.of(1, 4_294_967_295)],
      ["uint64", [1, "18446744073709551615"], BigUint64Array.of(1n, 2n ** 64n - 1n)],
      ["float64", [0.1, -5], Float64Array.of(0.1, -5)],
      ["bool", [true, 0], Uint8Array.of(1, 0)],
    ];
    for (const [type, given, expected] of cases) {
      expect(single(given, type, [2]), type).toEqual(new Uint8Array(expected.buffer));
    }
  });

  it("finds the extent of the one bounded axis", () => {
    const set = valuesFromJson([field("x", "int8", [[1, 9], 2])], { x: [1, 2, 3, 4, 5, 6] });
    expect(set.values[0]!.dims).toEqual([3n, 2n]);
  });

  it("takes a lone element for a scalar", () => {
    expect(single(7, "int64", [])).toEqual(new Uint8Array(BigInt64Array.of(7n).buffer));
  });
});

describe("JSON that does not fit", () => {
  const cases: ReadonlyArray<readonly [string, unknown, string]> = [
    ["a fraction for an integer", [1.5, 1], "int64"],
    ["an integer out of range", [300, 1], "uint8"],
    ["a negative unsigned integer", [-1, 1], "uint64"],
    ["text for a float", ["one", 1], "float32"],
    ["a number over one for a bool", [2, 1], "bool"],
    ["null", [null, 1], "float32"],
  ];

  it.each(cases)("is refused: %s", (_, given, type) => {
    expect(() => single(given, type, [2])).toThrow(
      expect.toSatisfy((error) => unfitJson.is(error)) as Error,
    );
  });

  it("is refused with the name of a field that is missing, unknown or ambiguous", () => {
    const fields = [
      field("x", "int8", [
        [1, 4],
        [1, 4],
      ]),
    ];
    expect(() => valuesFromJson(fields, {})).toThrow("at x, found nothing");
    expect(() => valuesFromJson(fields, { x: [1], y: 1 })).toThrow("at y, found an unknown field");
    expect(() => valuesFromJson(fields, { x: [1, 2] })).toThrow("two axes are bounded");
    expect(() => valuesFromJson(fields, [1])).toThrow("at 0");
    expect(() => valuesFromJson(fields, null)).toThrow("expected an object");
  });

  it("is refused like any other value when shape, length or content break the schema", () => {
    expect(() => single([1, 2, 3], "int8", [2])).toThrow(
      expect.toSatisfy((error) => wrongLength.is(error)) as Error,
    );
    expect(() => single({ dims: [1, 2], data: [1, 2] }, "int8", [2])).toThrow(
      expect.toSatisfy((error) => wrongDimensions.is(error)) as Error,
    );
    expect(() => single(["NaN", 1], "float32", [2])).toThrow(
      expect.toSatisfy((error) => notFinite.is(error)) as Error,
    );
  });
});

describe("JSON of values", () => {
  it("becomes the same values again", () => {
    const fields: Field[] = [
      { ...field("f", "float32", [[1, 4]]), allowNonFinite: true },
      field("i", "int64", [2]),
      field("m", "int16", [
        [1, 2],
        [1, 3],
      ]),
      field("b", "bool", [2]),
      { ...field("s", "string", []), maxBytes: 10n },
      { ...field("r", "bytes", []), maxBytes: 10n },
    ];
    const json = {
      f: [0.5, "NaN", "-Infinity"],
      i: ["-5", "9007199254740993"],
      m: { dims: [2, 1], data: [1, -2] },
      b: [true, false],
      s: "grüße",
      r: "AAEC",
    };
    const set = valuesFromJson(fields, json);
    expect(JSON.parse(JSON.stringify(valuesToJson(fields, set)))).toEqual(json);
    expect(set.values[4]!.data).toEqual(utf8("grüße"));
    expect(set.values[5]!.data).toEqual(Uint8Array.of(0, 1, 2));
    expect(set.values[4]!.dataType).toBe(DataType.STRING);
  });
});
