import { DataType, type Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { findElementType } from "#modules/kernel/types/dataTypes.js";
import type { PictureSize } from "./scalePicture.js";

/** How a field takes a picture. */
export interface PictureField extends PictureSize {
  /** Whether each channel is a plane of its own, before its rows. */
  readonly planar: boolean;
  /** Whether elements are whole numbers. */
  readonly whole: boolean;
  /** Values of black and white unless the user names others. */
  readonly black: number;
  readonly white: number;
}

/**
 * How a field takes a picture: numbers of a fixed shape that is height × width, with 1 or 3
 * channels before or after it, or a square of 8 × 8 or more in one row; axes of 1 in front do not
 * count. Gives why not for other fields.
 *
 * @example
 * const [first] = manifest.inputs;
 * const how = first === undefined ? "it has no input" : pictureField(first);
 * console.log(typeof how === "string" ? how : `${how.width} × ${how.height}`);
 */
export function pictureField(field: Field): PictureField | string {
  const element = findElementType(field.dataType);
  if (element === undefined || element.size === 0 || field.dataType === DataType.BOOL) {
    return "pictures are numbers";
  }
  if (field.shape.some(({ minimum, maximum }) => minimum !== maximum)) {
    return "its shape is not fixed";
  }
  const size = sizeOf(field.shape.map(({ maximum }) => Number(maximum)));
  if (size === undefined) return "its shape is not that of a picture";
  return { ...size, ...valuesOf(field, element.float), whole: !element.float };
}

/** Shorter rows are four measurements rather than 2 × 2 pixels. */
const SIDE_MIN = 8;

function sizeOf(
  shape: readonly number[],
): (PictureSize & { readonly planar: boolean }) | undefined {
  const first = shape.findIndex((length) => length > 1);
  const axes = first < 0 ? [] : shape.slice(first);
  const [a = 0, b = 0, c = 0] = axes;
  if (axes.length === 1) return squareOf(a);
  if (axes.length === 2) return { height: a, width: b, channels: 1, planar: false };
  if (axes.length !== 3) return undefined;
  if (a === 3) return { height: b, width: c, channels: 3, planar: true };
  if (c === 3 || c === 1) return { height: a, width: b, channels: c, planar: false };
  return undefined;
}

function squareOf(elements: number): ReturnType<typeof sizeOf> {
  const side = Math.round(Math.sqrt(elements));
  if (side * side !== elements || side < SIDE_MIN) return undefined;
  return { width: side, height: side, channels: 1, planar: false };
}

/** Pictures of 8 × 8 are those of handwritten digits: 0 is paper, 16 is ink. */
const DIGIT_ELEMENTS = 64;

function valuesOf(field: Field, isFloat: boolean): Pick<PictureField, "black" | "white"> {
  if (isFloat) return { black: 0, white: 1 };
  const elements = field.shape.reduce((product, { maximum }) => product * Number(maximum), 1);
  if (elements === DIGIT_ELEMENTS) return { black: 16, white: 0 };
  return { black: 0, white: field.dataType === DataType.INT8 ? 127 : 255 };
}
