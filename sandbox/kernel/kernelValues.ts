import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Field,
  type Manifest,
  type Value,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { ChainError } from "#core/primitives/errors.js";
import { checkValues } from "#modules/kernel/types/values.js";
import type { RealmFailure, RealmField } from "../quickjs/realm.js";
import { type Tensor, canonicalFloats } from "../tensor.js";

/**
 * Encodes what code returned as a canonical value set; a failure when it does not fit the outputs
 * that the manifest declares, or is larger than its limit.
 */
export function encodeOutput(
  { outputs, limits }: Pick<Manifest, "outputs" | "limits">,
  tensors: readonly Tensor[],
): Uint8Array | RealmFailure {
  const values = outputs.map((field, index) => outputValue(field, tensors[index]));
  try {
    checkValues(outputs, values);
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    return { status: ReceiptStatus.BAD_OUTPUT, detail: error.message };
  }
  const output = ValueSet.encode({ values });
  if (BigInt(output.length) <= limits.outputBytes) return output;
  return {
    status: ReceiptStatus.OUTPUT_TOO_LARGE,
    detail: `the output has ${output.length} bytes`,
  };
}

function outputValue({ name, dataType }: Field, tensor: Tensor | undefined): Value {
  const { dims, data } = assertDefined(tensor, "a realm gives every output");
  return { name, dataType, dims: [...dims], data: canonicalFloats(dataType, data) };
}

/** The declared fields as a realm needs them. */
export function realmFields(fields: readonly Field[]): RealmField[] {
  return fields.map(({ name, dataType, shape }) => ({
    name,
    type: dataType,
    shape: shape.map(fixedExtent),
  }));
}

/** The extent of a static axis; 0 for a bounded one. */
export function fixedExtent({
  minimum,
  maximum,
}: {
  readonly minimum: bigint;
  readonly maximum: bigint;
}): number {
  return minimum === maximum ? Number(minimum) : 0;
}
