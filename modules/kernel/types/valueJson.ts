import {
  DataType,
  type Field,
  type Value,
  type ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { fromBase64, fromUtf8, toBase64, utf8 } from "#core/primitives/bytes.js";
import { divFloor } from "#core/primitives/intMath.js";
import { type ElementType, dataTypeName, findElementType } from "./dataTypes.js";
import { unfitJson } from "./errors.js";
import { readElement, writeElement } from "./jsonElement.js";
import { checkValues } from "./values.js";

/** A value as clients write it: see {@link valuesFromJson}. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | Uint8Array
  | readonly JsonValue[]
  | ArrayLike<number | bigint>
  | { readonly dims: readonly number[]; readonly data: JsonValue };

/**
 * Builds the value set of an input or output from an object with one property for each field.
 *
 * A tensor is an array or typed array of its elements in row-major order, nested or flat, a lone
 * element, or `{ dims, data }`. 64-bit integers are bigints, safe integers or decimal strings;
 * floats are rounded to their type, `"NaN"` and `"Infinity"` stand for themselves; bools are true,
 * false, 0 or 1. A string is text, bytes are a `Uint8Array` or base64. The result fits the fields:
 * errors are `kernel/12` and those of `checkValues`. For clients, not for consensus code.
 */
export function valuesFromJson(fields: readonly Field[], json: unknown): ValueSet {
  if (typeof json !== "object" || json === null) {
    throw unfitJson({ at: "", found: typeof json, expected: "an object" });
  }
  const given = json as Readonly<Record<string, unknown>>;
  for (const name of Reflect.ownKeys(given)) {
    if (typeof name === "string" && !fields.some((field) => field.name === name)) {
      throw unfitJson({ at: name, found: "an unknown field" });
    }
  }
  const values = fields.map((field) => valueFromJson(field, given[field.name]));
  checkValues(fields, values);
  return { values };
}

/**
 * The inverse of {@link valuesFromJson}, in values that `JSON.stringify` writes: tensors are flat
 * arrays where the schema tells their shape from their length and `{ dims, data }` otherwise,
 * 64-bit integers decimal strings, bytes base64.
 */
export function valuesToJson(
  fields: readonly Field[],
  set: ValueSet,
): Readonly<Record<string, JsonValue>> {
  checkValues(fields, set.values);
  const json: Record<string, JsonValue> = {};
  for (const [index, field] of fields.entries()) {
    json[field.name] = valueToJson(
      field,
      assertDefined(set.values[index], "checked values are as many as their fields"),
    );
  }
  return json;
}

function valueFromJson(field: Field, json: unknown): Value {
  if (json === undefined) throw unfitJson({ at: field.name, found: "nothing" });
  const { name, dataType } = field;
  if (dataType === DataType.STRING) {
    if (typeof json !== "string") throw unfit(field, typeof json);
    return { name, dataType, dims: [], data: utf8(json) };
  }
  if (dataType === DataType.BYTES) {
    return { name, dataType, dims: [], data: bytesFromJson(field, json) };
  }
  return tensorFromJson(field, json);
}

function bytesFromJson(field: Field, json: unknown): Uint8Array {
  if (json instanceof Uint8Array) return json;
  const bytes = typeof json === "string" ? fromBase64(json) : undefined;
  if (bytes === undefined) throw unfit(field, typeof json);
  return bytes;
}

function tensorFromJson(field: Field, json: unknown): Value {
  const element = elementOf(field);
  const explicit = explicitTensor(json);
  const elements: unknown[] = [];
  flatten(explicit?.data ?? json, elements, 0);
  const data = new Uint8Array(elements.length * element.size);
  const view = new DataView(data.buffer);
  for (const [index, given] of elements.entries()) {
    if (!writeElement(view, index * element.size, field.dataType, given)) {
      throw unfitJson({
        at: `${field.name}[${index}]`,
        found: String(given),
        expected: element.name,
      });
    }
  }
  const dims = explicit?.dims ?? inferDims(field, BigInt(elements.length));
  return { name: field.name, dataType: field.dataType, dims, data };
}

function explicitTensor(json: unknown): { dims: bigint[]; data: unknown } | undefined {
  if (typeof json !== "object" || json === null || !("dims" in json) || !("data" in json)) {
    return undefined;
  }
  const dims: unknown[] = [];
  flatten(json.dims, dims, 0);
  if (!dims.every((extent) => typeof extent === "number" && Number.isSafeInteger(extent))) {
    return undefined;
  }
  return { dims: dims.map((extent) => BigInt(extent as number)), data: json.data };
}

const MAX_NESTING = 16;

function flatten(json: unknown, into: unknown[], depth: number): void {
  const list = arrayLike(json);
  if (list === undefined || depth > MAX_NESTING) {
    into.push(json);
    return;
  }
  for (let index = 0; index < list.length; index++) flatten(list[index], into, depth + 1);
}

function arrayLike(json: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(json)) return json as readonly unknown[];
  if (!ArrayBuffer.isView(json) || json instanceof DataView) return undefined;
  return json as unknown as ArrayLike<unknown>;
}

/** The declared shape; one bounded axis takes what the number of elements leaves for it. */
function inferDims(field: Field, elements: bigint): bigint[] {
  const open = openAxes(field);
  let known = 1n;
  for (const { minimum, maximum } of field.shape) if (minimum === maximum) known *= minimum;
  if (open > 1) throw unfit(field, "a flat tensor", "dims and data: two axes are bounded");
  return field.shape.map(({ minimum, maximum }) =>
    minimum === maximum ? minimum : divFloor(elements, known),
  );
}

function openAxes(field: Field): number {
  return field.shape.filter(({ minimum, maximum }) => minimum !== maximum).length;
}

function valueToJson(field: Field, value: Value): JsonValue {
  if (field.dataType === DataType.STRING) {
    return assertDefined(fromUtf8(value.data), "checked strings are UTF-8");
  }
  if (field.dataType === DataType.BYTES) return toBase64(value.data);
  const { size } = elementOf(field);
  const view = new DataView(value.data.buffer, value.data.byteOffset, value.data.length);
  const data: JsonValue[] = [];
  for (let offset = 0; offset < value.data.length; offset += size) {
    data.push(readElement(view, offset, field.dataType));
  }
  return openAxes(field) > 1 ? { dims: value.dims.map(Number), data } : data;
}

function elementOf(field: Field): ElementType {
  return assertDefined(findElementType(field.dataType), "a field has a known data type");
}

function unfit(field: Field, found: string, expected?: string): Error {
  return unfitJson({ at: field.name, found, expected: expected ?? dataTypeName(field.dataType) });
}
