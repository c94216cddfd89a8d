import { expect, test } from "vitest";
import { pictureElements, type PictureField } from "#sdk/index.js";
import { brightnessOf } from "./paintElements.js";

const PIXELS = Uint8Array.of(0, 51, 102, 255, 204, 153);
const PICTURE = { width: 2, height: 1, channels: 3, pixels: PIXELS } as const;
const FIELD: PictureField = {
  ...{ width: 2, height: 1, channels: 3, planar: false },
  ...{ whole: true, black: 0, white: 255 },
};

function painted(field: PictureField): number[] {
  const elements = pictureElements(PICTURE, field);
  const at = [0, 1].flatMap((pixel) => [0, 1, 2].map((channel) => ({ pixel, channel })));
  return at.map((place) => Math.round(brightnessOf(elements, field, place)));
}

test.each([
  ["beside each other", FIELD],
  ["in planes", { ...FIELD, planar: true }],
  ["as floats", { ...FIELD, whole: false, white: 1 }],
  ["with black and white swapped", { ...FIELD, black: 255, white: 0 }],
])("what the kernel gets %s is shown as it was", (_how, field) => {
  expect(painted(field).map(Math.abs)).toEqual([...PIXELS]);
});

test("grey is shown grey, and values that do not differ black", () => {
  const grey = painted({ ...FIELD, channels: 1 });
  expect(new Set(grey.slice(0, 3)).size).toBe(1);
  expect(painted({ ...FIELD, white: 0 })).toEqual([0, 0, 0, 0, 0, 0]);
});
