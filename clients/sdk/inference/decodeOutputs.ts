import type { Result } from "#core/codec/generated/aivm/inference/v1.js";
import { type Manifest, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { valuesToJson } from "#modules/kernel/types/valueJson.js";
import type { PlainValues } from "./ask.js";

/**
 * The outputs of a fulfilled result in input order, as plain values of the manifest's schema.
 * Undefined where the chain keeps the digest alone: an output over the inline limit, or one that
 * was pruned.
 *
 * @example
 * const [first] = decodeOutputs(manifest, result);
 */
export function decodeOutputs(manifest: Manifest, result: Result): Array<PlainValues | undefined> {
  return result.executions.map(({ output }) =>
    output.length === 0
      ? undefined
      : valuesToJson(manifest.outputs, ValueSet.decodeCanonical(output)),
  );
}
