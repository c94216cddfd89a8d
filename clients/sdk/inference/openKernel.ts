import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import type { CallOptions, RpcTransport } from "../rpc/transport.js";
import { decodeOutput } from "../schema/decodeOutput.js";
import { encodeInput } from "../schema/encodeInput.js";
import { checkSchema, type KernelSchema } from "../schema/kernelSchema.js";
import type { InputOf, OutputOf } from "../schema/valueTypes.js";
import { findVersion } from "./ask.js";

/** A version of a kernel, with what turns values of its schema into bytes and back. */
export interface OpenKernel<Schema extends KernelSchema = KernelSchema> {
  /** 32 bytes; what is asked of this kernel runs this version, whatever becomes its head. */
  readonly versionId: Uint8Array;
  readonly manifest: Manifest;
  /** As `encodeInput`. */
  readonly encode: (input: InputOf<Schema>, inputIndex?: number) => Uint8Array;
  /** As `decodeOutput`. */
  readonly decode: (output: Uint8Array) => OutputOf<Schema>;
}

/**
 * Opens a kernel by a declared schema, by name, or by the id of a version. With a schema, inputs
 * and outputs have its static types, and the chain's version must have the same fields. Fails with
 * `NOT_FOUND` and `SCHEMA_DIFFERS`.
 *
 * @example
 * const kernel = await openKernel(rpc, digits);
 * const bytes = kernel.encode({ image: new Uint8Array(64) });
 */
export async function openKernel<Schema extends KernelSchema = KernelSchema>(
  rpc: RpcTransport,
  kernel: Schema | string | Uint8Array,
  options: CallOptions = {},
): Promise<OpenKernel<Schema>> {
  const declared = isSchema(kernel) ? kernel : undefined;
  const { versionId, manifest } = await findVersion(rpc, nameOf(kernel), options);
  if (declared !== undefined) checkSchema(declared, manifest);
  return {
    versionId,
    manifest,
    encode: (input, inputIndex) => encodeInput(manifest.inputs, input, inputIndex),
    // The types are those of the schema, which was checked, or open.
    decode: (output) => decodeOutput(manifest.outputs, output) as OutputOf<Schema>,
  };
}

function isSchema<Schema extends KernelSchema>(
  kernel: Schema | string | Uint8Array,
): kernel is Schema {
  return typeof kernel !== "string" && !(kernel instanceof Uint8Array);
}

function nameOf(kernel: KernelSchema | string | Uint8Array): string | Uint8Array {
  return isSchema(kernel) ? kernel.name : kernel;
}
