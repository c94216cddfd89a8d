import { describe, expect, test } from "vitest";
import { DataType, Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { inputControls, typeText, valuesOfForm } from "./inputForm.js";

function tensor(dataType: DataType, ...extents: readonly number[]): Field {
  const shape = extents.map((extent) => ({ minimum: BigInt(extent), maximum: BigInt(extent) }));
  return Field.create({ name: "x", dataType, shape });
}

const OPEN = Field.create({
  name: "x",
  dataType: DataType.INT64,
  shape: [{ minimum: 1n, maximum: 8n }],
});

describe("a form", () => {
  test.each([
    [tensor(DataType.UINT8, 1, 64), "drawing", "uint8[1,64]", 64],
    [tensor(DataType.FLOAT32, 1, 1, 8, 8), "drawing", "float32[1,1,8,8]", 64],
    [tensor(DataType.INT64, 64), "numbers", "int64[64]", 64],
    [tensor(DataType.FLOAT32, 1, 4), "numbers", "float32[1,4]", 4],
    [OPEN, "numbers", "int64[1..8]", undefined],
    [Field.create({ name: "x", dataType: DataType.STRING }), "text", "string", undefined],
    [Field.create({ name: "x", dataType: DataType.BYTES }), "base64", "bytes", undefined],
  ])("asks for %# by its type", (field, kind, type, elements) => {
    expect(inputControls([field])).toEqual([{ name: "x", kind, type, elements }]);
    expect(typeText(field)).toBe(type);
  });

  test("gives numbers as numbers, and those that are not exact as text", () => {
    const controls = inputControls([OPEN]);
    const form = valuesOfForm(controls, { x: " 1, -2.5\n9007199254740993 NaN true " });
    expect(form).toEqual({
      ok: true,
      values: { x: [1, -2.5, "9007199254740993", "NaN", true] },
    });
  });

  test("gives text as it is", () => {
    const controls = inputControls([Field.create({ name: "x", dataType: DataType.STRING })]);
    expect(valuesOfForm(controls, { x: " a b " })).toEqual({ ok: true, values: { x: " a b " } });
  });

  test.each([
    ["1 2 three 4", "three is not a number"],
    ["1 2 3", "4 numbers are needed, there are 3"],
    ["", "4 numbers are needed, there are 0"],
  ])("says what is wrong with %j", (typed, problem) => {
    const controls = inputControls([tensor(DataType.FLOAT32, 1, 4)]);
    expect(valuesOfForm(controls, { x: typed })).toEqual({ ok: false, name: "x", problem });
  });

  test("asks for a drawing where there is none", () => {
    const controls = inputControls([tensor(DataType.UINT8, 1, 64)]);
    const problem = "draw something first";
    expect(valuesOfForm(controls, {})).toEqual({ ok: false, name: "x", problem });
  });
});
