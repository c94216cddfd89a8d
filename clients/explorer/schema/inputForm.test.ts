import { describe, expect, test } from "vitest";
import { DataType, Field } from "#core/codec/generated/aivm/kernel/v1.js";
import type { Entries } from "./entries.js";
import { inputControls, typeText, valuesOfForm } from "./inputForm.js";

function tensor(dataType: DataType, ...extents: readonly number[]): Field {
  const shape = extents.map((extent) => ({ minimum: BigInt(extent), maximum: BigInt(extent) }));
  return Field.create({ name: "x", dataType, shape });
}

function typed(text: string): Entries {
  return { x: { kind: "typed", text } };
}

const OPEN = Field.create({
  name: "x",
  dataType: DataType.FLOAT64,
  shape: [{ minimum: 1n, maximum: 8n }],
  allowNonFinite: true,
});
const INTEGERS = Field.create({
  name: "x",
  dataType: DataType.INT64,
  shape: [{ minimum: 1n, maximum: 8n }],
});
const TEXT = Field.create({ name: "x", dataType: DataType.STRING, maxBytes: 8n });
const BYTES = Field.create({ name: "x", dataType: DataType.BYTES, maxBytes: 2n });

describe("a form", () => {
  test.each([
    [tensor(DataType.UINT8, 1, 64), "drawing", "uint8[1,64]", 64],
    [tensor(DataType.FLOAT32, 1, 1, 8, 8), "drawing", "float32[1,1,8,8]", 64],
    [tensor(DataType.FLOAT32, 3, 20, 30), "numbers", "float32[3,20,30]", 1800],
    [tensor(DataType.INT64, 65), "numbers", "int64[65]", 65],
    [tensor(DataType.FLOAT32, 1, 4), "numbers", "float32[1,4]", 4],
    [INTEGERS, "numbers", "int64[1..8]", undefined],
    [TEXT, "text", "string", undefined],
    [BYTES, "base64", "bytes", undefined],
  ])("asks for %# by its type", (field, kind, type, elements) => {
    const [control] = inputControls([field]);
    expect(control).toMatchObject({ name: "x", kind, type, elements });
    const isPicture = elements === 64 || elements === 1800;
    expect(typeof control?.picture).toBe(isPicture ? "object" : "string");
    expect(typeText(field)).toBe(type);
  });

  test("gives numbers as numbers, and those that are not exact as text", () => {
    const integers = inputControls([INTEGERS]);
    expect(valuesOfForm(integers, typed(" 1, -2\n9007199254740993"))).toEqual({
      ok: true,
      values: { x: [1, -2, "9007199254740993"] },
    });
    expect(valuesOfForm(inputControls([OPEN]), typed("-2.5 NaN"))).toEqual({
      ok: true,
      values: { x: [-2.5, "NaN"] },
    });
  });

  test("gives text as it is", () => {
    const controls = inputControls([TEXT]);
    expect(valuesOfForm(controls, typed(" a b "))).toEqual({ ok: true, values: { x: " a b " } });
  });

  test("gives what a file held, and a picture in the values of its field", () => {
    const what = "2 bytes";
    const value = Uint8Array.of(1, 2);
    const bytes = valuesOfForm(inputControls([BYTES]), {
      x: { kind: "loaded", from: "a.bin", what, value },
    });
    expect(bytes).toEqual({ ok: true, values: { x: value } });
    const controls = inputControls([tensor(DataType.UINT8, 1, 64)]);
    const picture = { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(0) } as const;
    const field = controls[0]!.picture;
    if (typeof field === "string") throw new Error(field);
    expect(
      valuesOfForm(controls, { x: { kind: "picture", from: "a.png", picture, field } }),
    ).toEqual({ ok: true, values: { x: Array.from({ length: 64 }, () => 16) } });
  });

  test.each([
    ["1 2 three 4", "three is not a number"],
    ["1 2 3", "4 numbers are needed, there are 3"],
    ["", "4 numbers are needed, there are 0"],
    ["1 2 3 300", "x[3] is 300, but it must be uint8[1,4]"],
    ["1 2 3 0.5", "x[3] is 0.5, but it must be uint8[1,4]"],
  ])("says what is wrong with %j", (text, problem) => {
    const controls = inputControls([tensor(DataType.UINT8, 1, 4)]);
    expect(valuesOfForm(controls, typed(text))).toEqual({ ok: false, name: "x", problem });
  });

  test("says what is too long, or is no base64", () => {
    const problemOf = (field: Field, text: string): string => {
      const form = valuesOfForm(inputControls([field]), typed(text));
      return form.ok ? "" : form.problem;
    };
    expect(problemOf(TEXT, "nine char")).toBe("got 9 bytes, but it must be string<=8");
    expect(problemOf(BYTES, "*")).toBe("got string, but it must be bytes<=2");
    expect(problemOf(BYTES, "AAAA")).toBe("got 3 bytes, but it must be bytes<=2");
  });

  test("asks for a drawing where there is none", () => {
    const controls = inputControls([tensor(DataType.UINT8, 1, 64)]);
    const problem = "draw something first";
    expect(valuesOfForm(controls, {})).toEqual({ ok: false, name: "x", problem });
  });
});
