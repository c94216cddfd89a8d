import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import {
  classifyFloat32,
  classifyFloat64,
  type FloatSize,
  nextNonFinite,
} from "#modules/kernel/types/values.js";

/** The data of one value whose name and type both sides know: extents and little-endian bytes. */
export interface Tensor {
  readonly dims: readonly bigint[];
  readonly data: Uint8Array;
}

const NAN32 = Uint8Array.of(0, 0, 0xc0, 0x7f);
const NAN64 = Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf8, 0x7f);

/**
 * The data with every NaN of a float tensor replaced by the canonical one: which NaN an operation
 * yields depends on the processor. Returns `data` itself when there is nothing to replace.
 */
export function canonicalFloats(type: DataType, data: Uint8Array): Uint8Array {
  if (type === DataType.FLOAT32) return replaceNans(data, NAN32, classifyFloat32);
  return type === DataType.FLOAT64 ? replaceNans(data, NAN64, classifyFloat64) : data;
}

function replaceNans(
  data: Uint8Array,
  canonical: Uint8Array,
  classify: typeof classifyFloat32,
): Uint8Array {
  let result = data;
  const size = canonical.length as FloatSize;
  for (
    let offset = nextNonFinite(data, size, 0);
    offset < data.length;
    offset = nextNonFinite(data, size, offset + size)
  ) {
    if (classify(data, offset) !== "otherNan") continue;
    if (result === data) result = data.slice();
    result.set(canonical, offset);
  }
  return result;
}
