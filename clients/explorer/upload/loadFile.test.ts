import { describe, expect, test } from "vitest";
import { DataType, Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { inputControls } from "../schema/inputForm.js";
import { loadField } from "./loadField.js";
import { loadInput } from "./loadInput.js";
import { type ChosenFile, readBytes } from "./readFile.js";

function file(name: string, content: string | Uint8Array<ArrayBuffer>, type = ""): ChosenFile {
  return new File([content], name, { type });
}

const SHAPE = [{ minimum: 4n, maximum: 4n }];
const FIELDS = [
  Field.create({ name: "x", dataType: DataType.FLOAT32, shape: SHAPE }),
  Field.create({ name: "text", dataType: DataType.STRING, maxBytes: 6n }),
  Field.create({ name: "raw", dataType: DataType.BYTES, maxBytes: 3n }),
];
const CONTROLS = inputControls(FIELDS);
const [NUMBERS, TEXT, RAW] = CONTROLS;

async function problemOf(loading: Promise<unknown>): Promise<string> {
  return loading.then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
}

describe("a file for one field", () => {
  test("is numbers, as JSON, as a part of a whole input, or between commas and spaces", async () => {
    const value = [1, -2.5, 3, 4];
    for (const content of ["[[1, -2.5], [3, 4]]", "[1,-2.5,3,4]", '{"x":[1,-2.5,3,4],"text":""}']) {
      const entry = await loadField(NUMBERS!, file("n.json", content));
      expect(entry).toMatchObject({ kind: "loaded", from: "n.json", what: "4 numbers" });
      expect((entry as unknown as { value: number[] }).value.flat()).toEqual(value);
    }
    expect(await loadField(NUMBERS!, file("n.csv", "1, -2.5\n3;4\n"))).toMatchObject({ value });
  });

  test("is text, and bytes as they are", async () => {
    expect(await loadField(TEXT!, file("t.txt", "grün"))).toEqual({ kind: "typed", text: "grün" });
    expect(await loadField(RAW!, file("r.bin", Uint8Array.of(0, 255, 7)))).toEqual({
      kind: "loaded",
      from: "r.bin",
      what: "3 bytes",
      value: Uint8Array.of(0, 255, 7),
    });
  });

  test.each([
    [
      "a picture where none fits",
      0,
      file("p.png", "", "image/png"),
      /x takes no picture: its shape/,
    ],
    ["words where numbers are needed", 0, file("n.txt", "1 two"), /it holds two where numbers/],
    ["nothing", 0, file("n.txt", " "), /it holds nothing where numbers/],
    ["broken JSON", 0, file("n.json", "[1,"), /n.json: it is not JSON/],
    ["a text that is too long", 1, file("t.txt", "1234567"), /it has 7 bytes, and 6 are the most/],
    ["bytes that are no text", 1, file("t.txt", Uint8Array.of(0xff)), /not text in UTF-8/],
    ["too many bytes", 2, file("r.bin", Uint8Array.of(1, 2, 3, 4)), /4 bytes, and 3 are the most/],
  ])("is refused when it holds %s", async (_what, index, given, problem) => {
    expect(await problemOf(loadField(CONTROLS[index]!, given))).toMatch(problem);
  });

  test("is not read when it is too large", async () => {
    const huge = {
      ...{ name: "huge.bin", type: "", size: 1_000_000 },
      arrayBuffer: () => Promise.reject(new Error("it was read")),
    };
    expect(await problemOf(readBytes(huge, 5))).toBe(
      "huge.bin: it has 1,000,000 bytes, and 5 are the most that fit",
    );
    expect(await problemOf(readBytes({ ...huge, size: 5 }, 5))).toMatch(/cannot be read/);
  });
});

describe("a file with a whole input", () => {
  test("fills every field", async () => {
    const json = JSON.stringify({ x: { dims: [4], data: [1, 2, 3, 4] }, text: "hi", raw: "AAEC" });
    expect(await loadInput(CONTROLS, file("i.json", json))).toEqual({
      x: {
        ...{ kind: "loaded", from: "i.json", what: "4 numbers" },
        value: { dims: [4], data: [1, 2, 3, 4] },
      },
      text: { kind: "typed", text: "hi" },
      raw: { kind: "typed", text: "AAEC" },
    });
  });

  test("may hold null, which the schema refuses later", async () => {
    const json = '{"x":[null],"text":"","raw":null}';
    expect(await loadInput(CONTROLS, file("i.json", json))).toMatchObject({ raw: { value: null } });
  });

  test.each([
    ["[1]", "it holds a list; this form takes one input, an object"],
    ["5", "it holds no object with a value for each input"],
    ['{"y":1}', "the kernel has no input y; its inputs are x, text, raw"],
    ['{"x":[1]}', "text, raw is missing in it"],
    ["{", "it is not JSON"],
  ])("is refused when it is %s", async (json, problem) => {
    expect(await problemOf(loadInput(CONTROLS, file("i.json", json)))).toContain(
      `i.json: ${problem}`,
    );
  });
});
