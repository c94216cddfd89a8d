import { domainHash } from "#core/crypto/hash.js";
import { toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { ModelRefusal } from "../onnx/errors.js";
import { LoadedModel } from "../onnx/loadedModel.js";
import type { ModelRuntime } from "../onnx/session.js";
import { findMismatch, toTensor, type Tolerance, type VectorTensor } from "./operatorVector.js";

/** Inputs of a network, and what the program that made it says must come out. */
export interface NetworkCase {
  readonly inputs: readonly VectorTensor[];
  readonly outputs: readonly VectorTensor[];
}

/** A whole network with inputs, written by `tools/networks`. */
export interface NetworkVector extends Tolerance {
  readonly name: string;
  /** The model's file, from the root of the project. */
  readonly model: string;
  /** Empty for a network that the profile refuses. */
  readonly cases: readonly NetworkCase[];
}

/** What the model engine makes of a network, the same on every host. */
export interface NetworkResult {
  /** Hex of the digest over gas, peak bytes and outputs of every case, or over the refusal. */
  readonly digest: string;
  /** Gas of the dearest case; none for a network that is refused. */
  readonly gas: bigint;
  /** Bytes of tensors that live at once in the largest case. */
  readonly peakBytes: bigint;
  /** Why the profile refuses it; undefined for a network that runs. */
  readonly refusal: string | undefined;
  /** Where an output departs from the maker's; undefined when all agree. */
  readonly mismatch: string | undefined;
}

/** Runs a network on all of its inputs as a kernel's model would be run. */
export async function runNetwork(
  runtime: ModelRuntime,
  vector: NetworkVector,
  file: Uint8Array,
): Promise<NetworkResult> {
  let model: LoadedModel;
  try {
    model = await LoadedModel.load(runtime, file);
  } catch (error) {
    if (error instanceof ModelRefusal) return refusedResult(error.message);
    throw error;
  }
  try {
    return await runCases(model, vector);
  } finally {
    await model.release();
  }
}

function refusedResult(refusal: string): NetworkResult {
  const digest = toHex(domainHash("aivm/conformance/refusal/v1", utf8(refusal)));
  return { digest, gas: 0n, peakBytes: 0n, refusal, mismatch: undefined };
}

async function runCases(model: LoadedModel, vector: NetworkVector): Promise<NetworkResult> {
  const types = model.signature.outputs.map(({ type }) => type);
  const parts: Uint8Array[] = [];
  let gas = 0n;
  let peakBytes = 0n;
  let mismatch: string | undefined;
  for (const [index, { inputs, outputs }] of vector.cases.entries()) {
    const tensors = inputs.map(toTensor);
    const cost = await model.cost(tensors.map(({ dims }) => dims));
    const results = await model.run(tensors);
    if (cost.gas > gas) gas = cost.gas;
    if (cost.peakTensorBytes > peakBytes) peakBytes = cost.peakTensorBytes;
    parts.push(uint64ToBytes(cost.gas), uint64ToBytes(cost.peakTensorBytes));
    for (const { dims, data } of results) parts.push(utf8(dims.join("x")), data);
    const found = findMismatch({ ...vector, outputs }, results, types);
    if (found !== undefined) mismatch ??= `case ${index}: ${found}`;
  }
  const digest = toHex(domainHash("aivm/conformance/network/v1", ...parts));
  return { digest, gas, peakBytes, refusal: undefined, mismatch };
}
