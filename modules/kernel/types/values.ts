import {
  DataType,
  type Field,
  type Value,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { fromUtf8 } from "#core/primitives/bytes.js";
import { type ElementType, dataTypeName, findElementType } from "./dataTypes.js";
import {
  notFinite,
  wrongContent,
  wrongDataType,
  wrongDimensions,
  wrongFields,
  wrongLength,
} from "./errors.js";

/**
 * Checks that bytes are the canonical value set of an input or an output that fits `fields`, and
 * returns it. Errors: `codec/2` and `codec/3` for the bytes, `kernel/2` to `kernel/7`, which name
 * the field, for what they hold.
 */
export function checkInput(fields: readonly Field[], bytes: Uint8Array): ValueSet {
  const set = ValueSet.decodeCanonical(bytes);
  checkValues(fields, set.values);
  return set;
}

/** Checks that values fit the declared fields, one each, in their order. */
export function checkValues(fields: readonly Field[], values: readonly Value[]): void {
  if (values.length !== fields.length) {
    throw wrongFields({ found: values.length, expected: fields.length });
  }
  for (const [index, field] of fields.entries()) {
    const value = values[index];
    if (value?.name !== field.name) {
      throw wrongFields({ position: index, found: value?.name ?? "", expected: field.name });
    }
    checkValue(field, value);
  }
}

function checkValue(field: Field, value: Value): void {
  if (value.dataType !== field.dataType) {
    throw wrongDataType({
      field: field.name,
      found: dataTypeName(value.dataType),
      expected: dataTypeName(field.dataType),
    });
  }
  const element = findElementType(field.dataType);
  if (element === undefined) throw wrongDataType({ field: field.name, found: field.dataType });
  checkDimensions(field, value.dims);
  checkLength(field, value, element);
  checkContent(field, value.data);
}

function checkDimensions(field: Field, dims: readonly bigint[]): void {
  if (dims.length !== field.shape.length) {
    throw wrongDimensions({ field: field.name, rank: dims.length, expected: field.shape.length });
  }
  for (const [axis, { minimum, maximum }] of field.shape.entries()) {
    const extent = dims[axis] ?? 0n;
    if (extent >= minimum && extent <= maximum) continue;
    const expected = minimum === maximum ? `${minimum}` : `${minimum}..${maximum}`;
    throw wrongDimensions({ field: field.name, axis, found: extent, expected });
  }
}

function checkLength(field: Field, value: Value, element: ElementType): void {
  const found = BigInt(value.data.length);
  if (element.size === 0) {
    if (found <= field.maxBytes) return;
    throw wrongLength({ field: field.name, foundBytes: found, maximumBytes: field.maxBytes });
  }
  const expected = tensorBytes(value.dims, element.size);
  if (found !== expected) {
    throw wrongLength({ field: field.name, foundBytes: found, expectedBytes: expected });
  }
}

/** Bytes of a tensor: the product of its extents times the bytes of an element. */
export function tensorBytes(dims: readonly bigint[], elementSize: number): bigint {
  let bytes = BigInt(elementSize);
  for (const extent of dims) bytes *= extent;
  return bytes;
}

function checkContent(field: Field, data: Uint8Array): void {
  switch (field.dataType) {
    case DataType.BOOL:
      checkBools(field, data);
      return;
    case DataType.STRING:
      if (fromUtf8(data) === undefined) {
        throw wrongContent({ field: field.name, found: "text that is not UTF-8" });
      }
      return;
    case DataType.FLOAT32:
    case DataType.FLOAT64:
      checkFloats(field, data);
      return;
    default:
  }
}

function checkBools(field: Field, data: Uint8Array): void {
  const position = data.findIndex((byte) => byte > 1);
  if (position >= 0) {
    throw wrongContent({ field: field.name, position, found: data[position] ?? 0 });
  }
}

function checkFloats(field: Field, data: Uint8Array): void {
  const single = field.dataType === DataType.FLOAT32;
  const size = single ? 4 : 8;
  for (
    let offset = nextNonFinite(data, size, 0);
    offset < data.length;
    offset = nextNonFinite(data, size, offset + size)
  ) {
    const kind = single ? classifyFloat32(data, offset) : classifyFloat64(data, offset);
    if (field.allowNonFinite && kind !== "otherNan") continue;
    const found = kind === "infinity" ? "an infinity" : "a NaN";
    throw notFinite({ field: field.name, position: offset >> (single ? 2 : 3), found });
  }
}

/** Bytes of a float32 and of a float64. */
export type FloatSize = 4 | 8;

/**
 * Offset of the first little-endian float from `offset` on that is infinite or no number; the length
 * of `data` when there is none. Bytes behind the last whole float are none: code of a kernel may hand
 * over any length, which is judged elsewhere.
 */
export function nextNonFinite(data: Uint8Array, size: FloatSize, offset: number): number {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const exponent = size === 4 ? 0x7f80 : 0x7ff0;
  for (let at = offset; at + size <= data.length; at += size) {
    if ((view.getUint16(at + size - 2, true) & exponent) === exponent) return at;
  }
  return data.length;
}

/** What the bits of a float say; only one NaN is canonical: quiet, positive, without a payload. */
export type FloatKind = "finite" | "infinity" | "canonicalNan" | "otherNan";

/** Classifies the little-endian float32 at `offset` by its bits. */
export function classifyFloat32(data: Uint8Array, offset: number): FloatKind {
  const high = data[offset + 3] ?? 0;
  const next = data[offset + 2] ?? 0;
  if ((high & 0x7f) !== 0x7f || next < 0x80) return "finite";
  const low = (data[offset] ?? 0) | (data[offset + 1] ?? 0);
  if (next === 0x80 && low === 0) return "infinity";
  return high === 0x7f && next === 0xc0 && low === 0 ? "canonicalNan" : "otherNan";
}

/** Classifies the little-endian float64 at `offset` by its bits. */
export function classifyFloat64(data: Uint8Array, offset: number): FloatKind {
  const high = data[offset + 7] ?? 0;
  const next = data[offset + 6] ?? 0;
  if ((high & 0x7f) !== 0x7f || next < 0xf0) return "finite";
  let low = 0;
  for (let index = 0; index < 6; index++) low |= data[offset + index] ?? 0;
  if (next === 0xf0 && low === 0) return "infinity";
  return high === 0x7f && next === 0xf8 && low === 0 ? "canonicalNan" : "otherNan";
}
