import { assertDefined } from "#core/primitives/assert.js";

type NumberArray = Iterable<number | bigint>;

/** Arrays by number of TensorProto.DataType. */
const ARRAYS: ReadonlyMap<number, (buffer: ArrayBuffer) => NumberArray> = new Map<
  number,
  (buffer: ArrayBuffer) => NumberArray
>([
  [1, (buffer) => new Float32Array(buffer)],
  [2, (buffer) => new Uint8Array(buffer)],
  [3, (buffer) => new Int8Array(buffer)],
  [4, (buffer) => new Uint16Array(buffer)],
  [5, (buffer) => new Int16Array(buffer)],
  [6, (buffer) => new Int32Array(buffer)],
  [7, (buffer) => new BigInt64Array(buffer)],
  [9, (buffer) => new Uint8Array(buffer)],
  [11, (buffer) => new Float64Array(buffer)],
  [12, (buffer) => new Uint32Array(buffer)],
  [13, (buffer) => new BigUint64Array(buffer)],
]);

/** Elements of a tensor as numbers, for comparing with a tolerance; large integers are rounded. */
export function readNumbers(type: number, data: Uint8Array): readonly number[] {
  const make = assertDefined(ARRAYS.get(type), "vectors have types of the profile");
  return Array.from(make(data.slice().buffer), Number);
}
