import { DataType, type Field, type Value } from "#core/codec/generated/aivm/kernel/v1.js";
import { fromUtf8 } from "#core/primitives/bytes.js";
import { checkInput } from "#modules/kernel/types/values.js";
import type { AnyArray, AnyOutputValue } from "./valueTypes.js";

/** A typed array over bytes of its own, which are little-endian as every platform of today is. */
type ArrayMaker = (bytes: ArrayBuffer) => AnyArray;

const ARRAYS: ReadonlyMap<DataType, ArrayMaker> = new Map<DataType, ArrayMaker>([
  [DataType.FLOAT32, (bytes) => new Float32Array(bytes)],
  [DataType.FLOAT64, (bytes) => new Float64Array(bytes)],
  [DataType.INT8, (bytes) => new Int8Array(bytes)],
  [DataType.INT16, (bytes) => new Int16Array(bytes)],
  [DataType.INT32, (bytes) => new Int32Array(bytes)],
  [DataType.INT64, (bytes) => new BigInt64Array(bytes)],
  [DataType.UINT8, (bytes) => new Uint8Array(bytes)],
  [DataType.UINT16, (bytes) => new Uint16Array(bytes)],
  [DataType.UINT32, (bytes) => new Uint32Array(bytes)],
  [DataType.UINT64, (bytes) => new BigUint64Array(bytes)],
  [DataType.BOOL, (bytes) => Array.from(new Uint8Array(bytes), (bit) => bit === 1)],
]);

/**
 * The values of an output by the names of its fields: tensors as typed arrays in row-major order
 * (bools as an array), `{ dims, data }` where two axes have variable length, a lone element as
 * number, bigint or boolean, text as string, bytes as `Uint8Array`. Fails with the `codec` and
 * `kernel` errors of `checkInput` for bytes that are no output of these fields.
 *
 * @example
 * const bytes = result.executions[0]?.output ?? new Uint8Array(0);
 * if (bytes.length > 0) console.log(decodeOutput(manifest.outputs, bytes)["label"]);
 */
export function decodeOutput(
  fields: readonly Field[],
  bytes: Uint8Array,
): Readonly<Record<string, AnyOutputValue>> {
  const { values } = checkInput(fields, bytes);
  return Object.fromEntries(
    values.map((value, index) => [value.name, naturalValue(fields[index], value)]),
  );
}

function naturalValue(field: Field | undefined, { dataType, data, dims }: Value): AnyOutputValue {
  if (dataType === DataType.STRING) return fromUtf8(data) ?? "";
  const make = ARRAYS.get(dataType);
  if (make === undefined) return Uint8Array.from(data);
  const elements = make(Uint8Array.from(data).buffer);
  if (dims.length === 0) return elements[0] ?? 0;
  const open = field?.shape.filter(({ minimum, maximum }) => minimum !== maximum).length ?? 0;
  return open > 1 ? { dims: dims.map(Number), data: elements } : elements;
}
