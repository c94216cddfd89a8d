import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { float32Data } from "#sandbox/onnx/encodeModel.js";
import { elementBytes } from "#sandbox/onnx/tensorTypes.js";

/** Bytes of a fed tensor: floats between 0.1 and 0.9, integers from 1 to 3, booleans. */
export function fedBytes(type: number, dims: readonly number[]): Uint8Array {
  const count = dims.reduce((product, extent) => product * extent, 1);
  const at = (place: number): number => (Math.imul(place, 40_503) >>> 5) & 1023;
  if (type === DataType.FLOAT32) {
    return float32Data(Array.from({ length: count }, (_, place) => 0.1 + at(place) / 1280));
  }
  if (type === DataType.FLOAT64) {
    const values = Float64Array.from({ length: count }, (_, place) => 0.1 + at(place) / 1280);
    return new Uint8Array(values.buffer);
  }
  const size = elementBytes(type) ?? 1;
  const data = new Uint8Array(count * size);
  for (let place = 0; place < count; place++) {
    data[place * size] = type === DataType.BOOL ? at(place) & 1 : 1 + (at(place) % 3);
  }
  return data;
}
