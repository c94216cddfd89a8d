import type { Dimension, Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { maxBig } from "#core/primitives/intMath.js";
import { dataTypeName, findElementType } from "./dataTypes.js";
import { invalidManifest } from "./errors.js";

/** Identifier of a field or a model: lower case, from a letter, at most 32 characters. */
export const IDENTIFIER = /^[a-z][a-z0-9_]{0,31}$/;
/** Fields of an input or an output. */
export const MAX_FIELDS = 16;
/** Axes of a tensor. */
export const MAX_RANK = 8;
/** Largest extent of an axis. */
export const MAX_EXTENT = (1n << 31n) - 1n;

/**
 * Checks the declared inputs or outputs of a kernel. `at` is the manifest's field; `maxBytes`
 * bounds the canonical encoding of the largest value set that fits the schema.
 */
export function validateSchema(fields: readonly Field[], at: string, maxBytes: bigint): void {
  if (fields.length < 1 || fields.length > MAX_FIELDS) {
    throw invalidManifest({ field: at, found: `${fields.length} fields`, maximum: MAX_FIELDS });
  }
  const names = new Set<string>();
  for (const [index, field] of fields.entries()) {
    const place = `${at}[${index}]`;
    if (names.has(field.name)) {
      throw invalidManifest({
        field: `${place}.name`,
        found: field.name,
        expected: "unique names",
      });
    }
    names.add(field.name);
    validateField(field, place);
  }
  const largest = maxValueSetBytes(fields);
  if (largest > maxBytes) {
    throw invalidManifest({ field: at, found: `up to ${largest} bytes`, maximum: maxBytes });
  }
}

function validateField(field: Field, at: string): void {
  if (!IDENTIFIER.test(field.name)) {
    throw invalidManifest({ field: `${at}.name`, found: field.name, expected: "an identifier" });
  }
  const element = findElementType(field.dataType);
  if (element === undefined) {
    throw invalidManifest({ field: `${at}.data_type`, found: field.dataType });
  }
  if (field.allowNonFinite && !element.float) {
    throw invalidManifest({ field: `${at}.allow_non_finite`, found: element.name });
  }
  if (element.size === 0) validateOpaque(field, at);
  else validateTensor(field, at);
}

function validateOpaque(field: Field, at: string): void {
  if (field.shape.length > 0) {
    throw invalidManifest({ field: `${at}.shape`, found: dataTypeName(field.dataType) });
  }
  if (field.maxBytes < 1n) throw invalidManifest({ field: `${at}.max_bytes`, found: 0n });
}

function validateTensor(field: Field, at: string): void {
  if (field.maxBytes !== 0n) {
    throw invalidManifest({ field: `${at}.max_bytes`, found: field.maxBytes, expected: 0n });
  }
  if (field.shape.length > MAX_RANK) {
    throw invalidManifest({ field: `${at}.shape`, found: field.shape.length, maximum: MAX_RANK });
  }
  for (const [axis, dimension] of field.shape.entries()) {
    if (!isDimension(dimension)) {
      const found = `${dimension.minimum}..${dimension.maximum}`;
      throw invalidManifest({ field: `${at}.shape[${axis}]`, found });
    }
  }
}

function isDimension({ minimum, maximum }: Dimension): boolean {
  return minimum >= 1n && minimum <= maximum && maximum <= MAX_EXTENT;
}

/** Bytes of the largest canonical `ValueSet` that fits the fields. */
export function maxValueSetBytes(fields: readonly Field[]): bigint {
  let total = 0n;
  for (const field of fields) total += 1n + delimited(maxValueBytes(field));
  return total;
}

/** Bytes of the data of the largest value that fits the field. */
function maxDataBytes(field: Field): bigint {
  const size = findElementType(field.dataType)?.size ?? 0;
  if (size === 0) return field.maxBytes;
  let bytes = BigInt(size);
  for (const { maximum } of field.shape) bytes *= maximum;
  return bytes;
}

/** Mirrors the fields of `aivm.kernel.v1.Value`: name, data_type, packed dims, data. */
function maxValueBytes(field: Field): bigint {
  let dims = 0n;
  for (const { maximum } of field.shape) dims += varintBytes(maximum);
  const name = 1n + delimited(BigInt(field.name.length));
  const packed = dims === 0n ? 0n : 1n + delimited(dims);
  return (
    name + 1n + varintBytes(BigInt(field.dataType)) + packed + 1n + delimited(maxDataBytes(field))
  );
}

function delimited(bytes: bigint): bigint {
  return varintBytes(bytes) + bytes;
}

function varintBytes(value: bigint): bigint {
  let bytes = 0n;
  for (let rest = value; rest > 0n; rest >>= 7n) bytes++;
  return maxBig(bytes, 1n);
}
