import {
  DataType,
  type Field,
  Manifest,
  Model,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { irregularFloats } from "./operatorGroups.js";

/** A small kernel with its artifacts by digest in hex. */
export interface KernelVector {
  readonly manifest: Manifest;
  readonly artifacts: ReadonlyMap<string, Uint8Array>;
  /** Canonical input. */
  readonly input: Uint8Array;
}

const SIDE = 8n;

/** Normalises, runs the network twice, draws a random number, picks the best class. */
const CODE = `
export async function infer({ image }, aivm) {
  const scaled = image.map((value) => value / 2);
  const first = await aivm.run("net", { image: scaled });
  const noisy = scaled.map((value) => value + aivm.random() / 16);
  const second = await aivm.run("net", { image: aivm.tensor(noisy, image.dims) });
  const probs = first.probs.data.map((value, index) => (value + second.probs.data[index]) / 2);
  let best = 0;
  for (let index = 1; index < probs.length; index++) if (probs[index] > probs[best]) best = index;
  return { label: BigInt64Array.of(BigInt(best)), probs };
}
`;

function field(name: string, dataType: DataType, extents: readonly bigint[]): Field {
  const shape = extents.map((extent) => ({ minimum: extent, maximum: extent }));
  return { name, dataType, shape, maxBytes: 0n, allowNonFinite: false };
}

function network(): Uint8Array {
  const weights = (name: string, dims: readonly number[], seed: number) => {
    const count = dims.reduce((product, extent) => product * extent, 1);
    return { name, type: DataType.FLOAT32, dims, data: float32Data(irregularFloats(count, seed)) };
  };
  const pads = [1n, 1n, 1n, 1n];
  return encodeModel({
    inputs: [{ name: "image", type: DataType.FLOAT32, dims: [1, 1, 8, 8] }],
    outputs: [{ name: "probs", type: DataType.FLOAT32 }],
    nodes: [
      { operator: "Conv", inputs: ["image", "w1", "b1"], outputs: ["c1"], attributes: { pads } },
      { operator: "Relu", inputs: ["c1"], outputs: ["r1"] },
      {
        operator: "MaxPool",
        inputs: ["r1"],
        outputs: ["p1"],
        attributes: { kernel_shape: [2n, 2n], strides: [2n, 2n] },
      },
      { operator: "Flatten", inputs: ["p1"], outputs: ["f"] },
      { operator: "Gemm", inputs: ["f", "w2", "b2"], outputs: ["logits"] },
      { operator: "Softmax", inputs: ["logits"], outputs: ["probs"] },
    ],
    initializers: [
      weights("w1", [8, 1, 3, 3], 1),
      weights("b1", [8], 2),
      weights("w2", [128, 10], 3),
      weights("b2", [10], 4),
    ],
  });
}

/** A kernel of a small convolutional network and the code around it, for conformance and tests. */
export function kernelVector(): KernelVector {
  const model = network();
  const code = utf8(CODE);
  const inputs = [field("image", DataType.FLOAT32, [1n, 1n, SIDE, SIDE])];
  const outputs = [
    field("label", DataType.INT64, [1n]),
    field("probs", DataType.FLOAT32, [1n, 10n]),
  ];
  const manifest = Manifest.create({
    name: "conformance",
    models: [Model.create({ name: "net", digest: sha256(model) })],
    inferenceCodeDigest: sha256(code),
    inputs,
    outputs,
    limits: { gas: 100_000_000n, memoryBytes: 33_554_432n, outputBytes: 1_024n },
  });
  const data = float32Data(irregularFloats(64, 5));
  const dims = [1n, 1n, SIDE, SIDE];
  const values = [{ name: "image", dataType: DataType.FLOAT32, dims, data }];
  const artifacts = new Map([model, code].map((bytes) => [toHex(sha256(bytes)), bytes]));
  return { manifest, artifacts, input: ValueSet.encode({ values }) };
}
