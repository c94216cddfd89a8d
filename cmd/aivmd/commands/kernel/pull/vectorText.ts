import { type Manifest, TestVector, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { parseJson } from "#core/codec/parseJson.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { valuesFromJson, valuesToJson } from "#modules/kernel/types/valueJson.js";
import { assert } from "#core/primitives/assert.js";

/** JSON has a negative zero, but `JSON.stringify` does not write it. */
const NEGATIVE_ZERO = "\u0000-0";
const QUOTED_NEGATIVE_ZERO = JSON.stringify(NEGATIVE_ZERO);

/**
 * The file of a test vector that was published: the input, the seed unless it is zeros, and with
 * the answer the output, where the vector carries one, and its digest, which else is all that the
 * chain has of it.
 */
export function vectorText(
  { inputs, outputs }: Pick<Manifest, "inputs" | "outputs">,
  artifact: Uint8Array,
  withAnswer = true,
): string {
  const { input, seed, outputDigest, output } = TestVector.decode(artifact);
  const json = {
    input: valuesToJson(inputs, input),
    ...(seed.some((byte) => byte !== 0) ? { seed: toHex(seed) } : {}),
    ...(output.length === 0 || !withAnswer
      ? {}
      : { expect: valuesToJson(outputs, ValueSet.decode(output)) }),
    ...(withAnswer ? { output_digest: toHex(outputDigest) } : {}),
  };
  const text = JSON.stringify(json, (_name, value: unknown) =>
    Object.is(value, -0) ? NEGATIVE_ZERO : value,
  ).replaceAll(QUOTED_NEGATIVE_ZERO, "-0");
  const { input: read } = parseJson(text) as { input: unknown };
  const isSame = equalBytes(ValueSet.encode(valuesFromJson(inputs, read)), ValueSet.encode(input));
  assert(isSame, "JSON of a value reads back as the value");
  return `${text}\n`;
}
