import type { Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { dataTypeName, findElementType } from "#modules/kernel/types/dataTypes.js";

/**
 * The type of a field as an Aivmfile writes it: `float32[1,64]`, `float32[1..8,64]`, `int64` for a
 * lone element, `string<=256` and `bytes<=1024` with their most bytes; floats that may be infinite
 * or NaN end in ` nonfinite`.
 *
 * @example
 * const [first] = manifest.inputs;
 * if (first !== undefined) console.log(first.name, fieldType(first));
 */
export function fieldType({ dataType, shape, maxBytes, allowNonFinite }: Field): string {
  const name = dataTypeName(dataType);
  if (findElementType(dataType)?.size === 0) return `${name}<=${maxBytes}`;
  const extents = shape.map(({ minimum, maximum }) =>
    minimum === maximum ? `${minimum}` : `${minimum}..${maximum}`,
  );
  const tensor = extents.length === 0 ? name : `${name}[${extents.join(",")}]`;
  return allowNonFinite ? `${tensor} nonfinite` : tensor;
}
