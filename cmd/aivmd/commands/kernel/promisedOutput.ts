import { type Manifest, type Value, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { valuesFromJson } from "#modules/kernel/types/valueJson.js";
import type { SourceVector } from "./kernelSource.js";

/**
 * The output that a vector of a kernel that aggregates by distribution promises: each field as its
 * file expects it, the others as they came out here. Undefined when the file leaves a field open
 * and nothing came out. So what a file says in full is the same vector wherever it is built.
 */
export function promisedOutput(
  { outputs }: Manifest,
  { expect }: Pick<SourceVector, "expect">,
  found?: ValueSet,
): Uint8Array | undefined {
  const values: Value[] = [];
  for (const [index, field] of outputs.entries()) {
    const expected = expect[field.name];
    const value =
      expected === undefined
        ? found?.values[index]
        : valuesFromJson([field], { [field.name]: expected }).values[0];
    if (value === undefined) return undefined;
    values.push(value);
  }
  return ValueSet.encode({ values });
}
