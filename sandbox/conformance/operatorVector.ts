import { domainHash } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { LoadedModel } from "../onnx/loadedModel.js";
import type { ModelRuntime } from "../onnx/session.js";
import type { Tensor } from "../tensor.js";
import { readNumbers } from "./readNumbers.js";

/** A tensor of a vector: its number of TensorProto.DataType, extents, data in base64. */
export interface VectorTensor {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  readonly data: string;
}

/** How far outputs may be from the expected ones: `atol + rtol × |expected|`. */
export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/**
 * One of ONNX's own cases for an operator: a model of one node with inputs and expected outputs.
 */
export interface OperatorCase extends Tolerance {
  readonly name: string;
  readonly operator: string;
  /** Empty for ONNX's default domain. */
  readonly domain: string;
  /** Version of the domain's operator set. */
  readonly version: number;
  /** The model file in base64. */
  readonly model: string;
  readonly inputs: readonly VectorTensor[];
  readonly outputs: readonly VectorTensor[];
}

/** A case with what the model engine gives for it on every host. */
export interface OperatorVector extends OperatorCase {
  /** Hex of the digest over gas, peak bytes and outputs. */
  readonly digest: string;
}

/** What a run of a case gave. */
export interface CaseResult {
  readonly digest: string;
  /** Where an output departs from ONNX's; undefined when all agree. */
  readonly mismatch: string | undefined;
}

/**
 * Runs a case on the model engine as a kernel's model would be run: profile, shapes, gas, run.
 * Throws `ModelRefusal` and `RuntimeRefusal` as the engine does.
 */
export async function runCase(runtime: ModelRuntime, vector: OperatorCase): Promise<CaseResult> {
  const model = await LoadedModel.load(runtime, bytesOf(vector.model));
  try {
    const outputs = await model.run(vector.inputs.map(toTensor));
    const { gas, peakTensorBytes } = await model.largestCost();
    const parts = outputs.flatMap(({ dims, data }) => [utf8(dims.join("x")), data]);
    const cost = [uint64ToBytes(gas), uint64ToBytes(peakTensorBytes)];
    const digest = toHex(domainHash("aivm/conformance/operator/v1", ...cost, ...parts));
    return { digest, mismatch: findMismatch(vector, outputs, typesOf(model)) };
  } finally {
    await model.release();
  }
}

function typesOf({ signature }: LoadedModel): readonly number[] {
  return signature.outputs.map(({ type }) => type);
}

/** Where outputs depart from the expected ones, in words; undefined when they agree. */
export function findMismatch(
  vector: Tolerance & { readonly outputs: readonly VectorTensor[] },
  outputs: readonly Tensor[],
  types: readonly number[],
): string | undefined {
  for (const [index, expected] of vector.outputs.entries()) {
    const output = assertDefined(outputs[index], "a model gives each of its outputs");
    const { name, type, dims } = expected;
    if (types[index] !== type) return `${name} has type ${types[index] ?? 0}, not ${type}`;
    if (output.dims.join("x") !== dims.join("x")) {
      return `${name} has dims ${output.dims.join("x")}, not ${dims.join("x")}`;
    }
    const wanted = readNumbers(type, bytesOf(expected.data));
    const found = readNumbers(type, output.data);
    const at = wanted.findIndex((value, position) => !isNear(vector, found[position], value));
    if (at >= 0) return `${name}[${at}] is ${found[at] ?? "absent"}, not ${wanted[at] ?? "absent"}`;
  }
  return undefined;
}

function isNear({ rtol, atol }: Tolerance, found: number | undefined, wanted: number): boolean {
  if (found === wanted || (Number.isNaN(found) && Number.isNaN(wanted))) return true;
  return found !== undefined && Math.abs(found - wanted) <= atol + rtol * Math.abs(wanted);
}

/** The tensor without its name. */
export function toTensor({ dims, data }: VectorTensor): Tensor {
  return { dims: dims.map(BigInt), data: bytesOf(data) };
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}
