import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { assert } from "#core/primitives/assert.js";

/** Reads and writes one kind of integer element. */
interface IntegerAccess {
  readonly type: DataType;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly set: (view: DataView, offset: number, value: bigint) => void;
  readonly get: (view: DataView, offset: number) => number | bigint;
}

function integer(
  type: DataType,
  bits: { readonly count: bigint; readonly signed: boolean },
  set: IntegerAccess["set"],
  get: IntegerAccess["get"],
): IntegerAccess {
  const minimum = bits.signed ? -(1n << (bits.count - 1n)) : 0n;
  return { type, minimum, maximum: minimum + (1n << bits.count) - 1n, set, get };
}

const INTEGERS: readonly IntegerAccess[] = [
  integer(
    DataType.INT8,
    { count: 8n, signed: true },
    (view, offset, value) => {
      view.setInt8(offset, Number(value));
    },
    (view, offset) => view.getInt8(offset),
  ),
  integer(
    DataType.INT16,
    { count: 16n, signed: true },
    (view, offset, value) => {
      view.setInt16(offset, Number(value), true);
    },
    (view, offset) => view.getInt16(offset, true),
  ),
  integer(
    DataType.INT32,
    { count: 32n, signed: true },
    (view, offset, value) => {
      view.setInt32(offset, Number(value), true);
    },
    (view, offset) => view.getInt32(offset, true),
  ),
  integer(
    DataType.INT64,
    { count: 64n, signed: true },
    (view, offset, value) => {
      view.setBigInt64(offset, value, true);
    },
    (view, offset) => view.getBigInt64(offset, true),
  ),
  integer(
    DataType.UINT8,
    { count: 8n, signed: false },
    (view, offset, value) => {
      view.setUint8(offset, Number(value));
    },
    (view, offset) => view.getUint8(offset),
  ),
  integer(
    DataType.UINT16,
    { count: 16n, signed: false },
    (view, offset, value) => {
      view.setUint16(offset, Number(value), true);
    },
    (view, offset) => view.getUint16(offset, true),
  ),
  integer(
    DataType.UINT32,
    { count: 32n, signed: false },
    (view, offset, value) => {
      view.setUint32(offset, Number(value), true);
    },
    (view, offset) => view.getUint32(offset, true),
  ),
  integer(
    DataType.UINT64,
    { count: 64n, signed: false },
    (view, offset, value) => {
      view.setBigUint64(offset, value, true);
    },
    (view, offset) => view.getBigUint64(offset, true),
  ),
];

/** Writes a JSON element little-endian; false when it is not one of the type. */
export function writeElement(
  view: DataView,
  offset: number,
  type: DataType,
  given: unknown,
): boolean {
  if (type === DataType.BOOL) return writeBool(view, offset, given);
  if (type === DataType.FLOAT32 || type === DataType.FLOAT64) {
    return writeFloat(view, offset, type, given);
  }
  const access = INTEGERS.find((entry) => entry.type === type);
  const value = integerOf(given);
  if (access === undefined || value === undefined) return false;
  if (value < access.minimum || value > access.maximum) return false;
  access.set(view, offset, value);
  return true;
}

/** Reads an element into what `JSON.stringify` can write: 64-bit integers as decimal strings. */
export function readElement(
  view: DataView,
  offset: number,
  type: DataType,
): number | string | boolean {
  if (type === DataType.BOOL) return view.getUint8(offset) === 1;
  if (type === DataType.FLOAT32) return floatToJson(view.getFloat32(offset, true));
  if (type === DataType.FLOAT64) return floatToJson(view.getFloat64(offset, true));
  const access = INTEGERS.find((entry) => entry.type === type);
  assert(access !== undefined, "a tensor has a numeric data type");
  const value = access.get(view, offset);
  return typeof value === "bigint" ? `${value}` : value;
}

function writeBool(view: DataView, offset: number, given: unknown): boolean {
  const bit = typeof given === "boolean" ? Number(given) : given;
  if (bit !== 0 && bit !== 1) return false;
  view.setUint8(offset, bit);
  return true;
}

function writeFloat(view: DataView, offset: number, type: DataType, given: unknown): boolean {
  const value = floatOf(given);
  if (value === undefined) return false;
  if (type === DataType.FLOAT32) view.setFloat32(offset, value, true);
  else view.setFloat64(offset, value, true);
  return true;
}

function floatOf(given: unknown): number | undefined {
  if (typeof given === "number") return given;
  if (given === "NaN") return Number.NaN;
  if (given === "Infinity") return Number.POSITIVE_INFINITY;
  return given === "-Infinity" ? Number.NEGATIVE_INFINITY : undefined;
}

function floatToJson(value: number): number | string {
  return Number.isFinite(value) ? value : `${value}`;
}

function integerOf(given: unknown): bigint | undefined {
  if (typeof given === "bigint") return given;
  if (typeof given === "number" && Number.isSafeInteger(given)) return BigInt(given);
  if (typeof given !== "string" || !/^-?[0-9]{1,20}$/.test(given)) return undefined;
  return BigInt(given);
}
