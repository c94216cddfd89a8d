import {
  AggregationKind,
  DataType,
  Field,
  Manifest,
  Model,
  SeedKind,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { utf8 } from "#core/primitives/bytes.js";
import { CODE_ENGINE, MODEL_ENGINE } from "#modules/kernel/types/engines.js";

function tensor(name: string, dataType: DataType, extent: bigint): Field {
  return Field.create({ name, dataType, shape: [{ minimum: extent, maximum: extent }] });
}

/** Bytes of the artifacts that {@link sampleManifest} names. */
export const SAMPLE_ARTIFACTS = {
  model: new Uint8Array(70_000).map((_, index) => index & 0xff),
  code: utf8("export async function infer(input, aivm) {}"),
  vector: utf8("a test vector"),
} as const;

/** The manifest of a kernel with an input of four floats and outputs label and text. */
export function sampleManifest(name = "digits"): Manifest {
  return Manifest.create({
    format: 1,
    name,
    modelEngine: MODEL_ENGINE,
    codeEngine: CODE_ENGINE,
    models: [Model.create({ name: "net", digest: sha256(SAMPLE_ARTIFACTS.model) })],
    inferenceCodeDigest: sha256(SAMPLE_ARTIFACTS.code),
    aggregation: {
      kind: AggregationKind.EXACT,
      epsilonMillionths: 0n,
      codeDigest: new Uint8Array(0),
      gasLimit: 0n,
    },
    inputs: [tensor("image", DataType.FLOAT32, 4n)],
    outputs: [
      tensor("label", DataType.INT64, 1n),
      Field.create({ name: "text", dataType: DataType.STRING, maxBytes: 32n }),
    ],
    seed: { kind: SeedKind.NONE, fixed: 0n },
    limits: { gas: 50_000_000n, memoryBytes: 33_554_432n, outputBytes: 1_024n },
    committee: { target: 3, minimum: 1, maximum: 4 },
    hardware: "cpu",
    testVectors: [sha256(SAMPLE_ARTIFACTS.vector)],
    license: "Apache-2.0",
    price: "300",
    description: "a sample",
  });
}
