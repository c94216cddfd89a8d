import type { Field, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { SdkError } from "../errors.js";
import { fieldType } from "./fieldType.js";

/** Types of fields by their names, each as `fieldType` writes it. */
export type FieldTypes = Readonly<Record<string, string>>;

/** What goes into a kernel and what comes out of it, as an application is written against it. */
export interface KernelSchema<
  Inputs extends FieldTypes = FieldTypes,
  Outputs extends FieldTypes = FieldTypes,
> {
  /** Name of the kernel, whose head runs. */
  readonly name: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

/**
 * Declares the kernel that an application is written for, so that its inputs and outputs have
 * static types. `openKernel` checks the declaration against the chain.
 *
 * @example
 * const digits = kernelSchema({
 *   name: "digits",
 *   inputs: { image: "uint8[1,64]" },
 *   outputs: { label: "int64[1]", probs: "float32[1,10]" },
 * });
 */
export function kernelSchema<const Inputs extends FieldTypes, const Outputs extends FieldTypes>(
  schema: KernelSchema<Inputs, Outputs>,
): KernelSchema<Inputs, Outputs> {
  return schema;
}

/**
 * The schema of a manifest; as JSON it is what `kernelSchema` is called with.
 *
 * @example
 * console.log(JSON.stringify(schemaOf(manifest)));
 */
export function schemaOf({ name, inputs, outputs }: Manifest): KernelSchema {
  return { name, inputs: typesOf(inputs), outputs: typesOf(outputs) };
}

function typesOf(fields: readonly Field[]): FieldTypes {
  return Object.fromEntries(fields.map((field) => [field.name, fieldType(field)]));
}

/** Checks that a manifest has the declared fields; fails with `SCHEMA_DIFFERS`, which names one. */
export function checkSchema(declared: KernelSchema, manifest: Manifest): void {
  const found = schemaOf(manifest);
  for (const side of ["inputs", "outputs"] as const) {
    const names = new Set([...Object.keys(declared[side]), ...Object.keys(found[side])]);
    for (const name of names) {
      const expected = declared[side][name] ?? "nothing";
      const actual = found[side][name] ?? "nothing";
      if (expected === actual) continue;
      const field = `${side}.${name}`;
      throw new SdkError("SCHEMA_DIFFERS", { kernel: found.name, field, expected, found: actual });
    }
  }
}
