import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DataType, Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { scalePicture } from "#sdk/picture/scalePicture.js";
import { pngFile } from "#test/harness/pngFile.js";
import { imageField } from "./imageField.js";
import { pictureInput, withPictures } from "./pictureInput.js";

function field(dataType: DataType, ...shape: readonly number[]): Field {
  return Field.create({
    name: "image",
    dataType,
    shape: shape.map((length) => ({ minimum: BigInt(length), maximum: BigInt(length) })),
  });
}

describe("a schema takes pictures", () => {
  test.each([
    [[1, 64], { width: 8, height: 8, channels: 1, planar: false }],
    [[784], { width: 28, height: 28, channels: 1, planar: false }],
    [[1, 1, 20, 30], { width: 30, height: 20, channels: 1, planar: false }],
    [[1, 3, 20, 30], { width: 30, height: 20, channels: 3, planar: true }],
    [[20, 30, 3], { width: 30, height: 20, channels: 3, planar: false }],
    [[20, 30, 1], { width: 30, height: 20, channels: 1, planar: false }],
  ])("in the shape %j", (shape, expected) => {
    expect(imageField([field(DataType.FLOAT32, ...shape)])).toMatchObject(expected);
  });

  test.each([
    [DataType.UINT8, [1, 64], 16, 0, true],
    [DataType.UINT8, [28, 28], 0, 255, true],
    [DataType.INT8, [28, 28], 0, 127, true],
    [DataType.FLOAT32, [1, 64], 0, 1, false],
  ] as const)("as %i of %j, with the values that are usual for it", (type, shape, ...expected) => {
    const { black, white, whole } = imageField([field(type, ...shape)]);
    expect([black, white, whole]).toEqual(expected);
  });

  test.each([
    ["several inputs", [field(DataType.UINT8, 8, 8), field(DataType.UINT8, 8, 8)], "several"],
    ["no input", [], "several inputs"],
    ["a text", [field(DataType.STRING)], "pictures are numbers"],
    ["bools", [field(DataType.BOOL, 8, 8)], "pictures are numbers"],
    ["one number", [field(DataType.UINT8, 1)], "not that of a picture"],
    ["a row that is no square", [field(DataType.UINT8, 1, 63)], "not that of a picture"],
    ["four measurements", [field(DataType.FLOAT32, 1, 4)], "not that of a picture"],
    ["five channels", [field(DataType.UINT8, 5, 8, 8)], "not that of a picture"],
    [
      "any size",
      [Field.create({ name: "x", dataType: 7, shape: [{ minimum: 1n, maximum: 8n }] })],
      "not fixed",
    ],
  ])("but not %s", (_what, fields, problem) => {
    expect(() => imageField(fields)).toThrow(problem);
  });
});

describe("a picture", () => {
  const grey = (width: number, height: number, pixels: readonly number[]) =>
    ({ width, height, channels: 1, pixels: Uint8Array.from(pixels) }) as const;
  const scaled = (...args: Parameters<typeof scalePicture>): number[] => [...scalePicture(...args)];

  test("becomes smaller by the average of the area, parts of pixels included", () => {
    const square = grey(4, 2, [0, 100, 200, 40, 20, 80, 0, 0]);
    expect(scaled(square, { width: 2, height: 1, channels: 1 })).toEqual([50, 60]);
    const row = grey(3, 1, [0, 90, 30]);
    const [left = 0, right = 0] = scaled(row, { width: 2, height: 1, channels: 1 });
    expect(left).toBeCloseTo(30, 10);
    expect(right).toBeCloseTo(50, 10);
  });

  test("becomes larger, and keeps its size", () => {
    const row = grey(2, 1, [10, 20]);
    expect(scaled(row, { width: 4, height: 1, channels: 1 })).toEqual([10, 10, 20, 20]);
    expect(scaled(row, { width: 2, height: 1, channels: 1 })).toEqual([10, 20]);
  });

  test("in colour becomes grey by what the eye sees, and grey fills all channels", () => {
    const pixels = Uint8Array.from([255, 0, 0, 0, 255, 0]);
    const colours = { width: 2, height: 1, channels: 3, pixels } as const;
    const [red = 0, green = 0] = scaled(colours, { width: 2, height: 1, channels: 1 });
    expect([Math.round(red), Math.round(green)]).toEqual([76, 150]);
    const filled = scaled(grey(1, 1, [7]), { width: 1, height: 1, channels: 3 });
    expect(filled).toEqual([7, 7, 7]);
  });

  test("has its channels beside each other or in planes, as the schema has them", () => {
    const pixels = Uint8Array.from([0, 51, 102, 255, 204, 153]);
    const picture = { width: 1, height: 2, channels: 3, pixels } as const;
    const planar = imageField([field(DataType.UINT8, 3, 2, 1)]);
    expect(pictureInput(picture, planar)).toEqual({ image: [0, 255, 51, 204, 102, 153] });
    const beside = imageField([field(DataType.FLOAT32, 2, 1, 3)]);
    expect(pictureInput(picture, beside)).toEqual({ image: [0, 0.2, 0.4, 1, 0.8, 0.6] });
  });
});

describe("--image", () => {
  let folder: string;
  let notes: string[];
  const terminal = { note: (sentence: string) => notes.push(sentence) } as never;
  const FLAGS = { gas: "auto", verify: true } as const;
  const DIGITS = [field(DataType.UINT8, 1, 64)];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "aivm-picture-"));
    // Black on the left, white on the right.
    const samples = Uint8Array.from({ length: 256 }, (_, at) => (at % 16 < 8 ? 0 : 255));
    writeFileSync(join(folder, "half.png"), pngFile({ width: 16, height: 16, samples }));
    writeFileSync(join(folder, "bad.png"), "hello");
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const apply = (flags: object, fields = DIGITS): readonly unknown[] => {
    notes = [];
    const made = withPictures({ terminal }, { ...FLAGS, ...flags }, fields);
    return (made.inputJson ?? []).map((text) => JSON.parse(text) as unknown);
  };
  const at = (name: string): string => join(folder, name);

  test("makes inputs after those that are there, and tells what it did", () => {
    const row = [16, 16, 16, 16, 0, 0, 0, 0];
    const image = Array.from({ length: 8 }, () => row).flat();
    const flags = { image: [at("half.png")], inputJson: ['{"image":[1]}'] };
    expect(apply(flags)).toEqual([{ image: [1] }, { image }]);
    expect(notes).toEqual([
      `${at("half.png")}: 16 × 16 pixels averaged to 8 × 8 in grey for image uint8[1,64], black 16, white 0`,
    ]);
  });

  test("takes other values of black and white", () => {
    const flags = { image: [at("half.png")], imageValues: "-0.5..1.5" };
    const [input] = apply(flags, [field(DataType.FLOAT32, 1, 2, 2)]) as [{ image: number[] }];
    expect(input.image).toEqual([-0.5, 1.5, -0.5, 1.5]);
  });

  test("changes nothing where it is not given", () => {
    expect(withPictures({ terminal }, FLAGS, [])).toBe(FLAGS);
  });

  test.each([
    [{ image: ["/none.png"] }, "--image /none.png: ENOENT"],
    [{ image: ["bad.png"] }, "not a PNG file"],
    [{ image: ["half.png"], imageValues: "0-255" }, "--image-values: not the values"],
  ])("refuses %j", (flags, problem) => {
    const image = flags.image.map((name) => (name.startsWith("/") ? name : at(name)));
    expect(() => apply({ ...flags, image })).toThrow(problem);
  });
});
