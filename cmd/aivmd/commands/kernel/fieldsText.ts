import type { Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { dataTypeName } from "#modules/kernel/types/dataTypes.js";

/** Fields of a schema as an Aivmfile writes them: `image float32[1,64]`. */
export function fieldsText(fields: readonly Field[]): string {
  return fields
    .map(({ name, dataType, shape }) => {
      const axes = shape.map(({ minimum, maximum }) =>
        minimum === maximum ? `${minimum}` : `${minimum}..${maximum}`,
      );
      return `${name} ${dataTypeName(dataType)}${axes.length > 0 ? `[${axes.join(",")}]` : ""}`;
    })
    .join(", ");
}
