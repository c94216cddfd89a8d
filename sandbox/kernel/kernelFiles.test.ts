import { expect, it } from "vitest";
import { Adapter, DataType, Manifest, Model } from "#core/codec/generated/aivm/kernel/v1.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { modelReader } from "./kernelFiles.js";

const SIDE = 2_048;
/** One more than two adapters may have of a matrix of this side. */
const RANK = 65;

const FILES = new Map<string, Uint8Array>([
  [
    "01",
    encodeModel({
      inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, SIDE] }],
      outputs: [{ name: "y", type: DataType.FLOAT32 }],
      nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
      initializers: [
        {
          name: "w",
          type: DataType.FLOAT32,
          dims: [SIDE, SIDE],
          data: new Uint8Array(4 * SIDE * SIDE),
        },
      ],
    }),
  ],
  [
    "02",
    Adapter.encode({
      format: 1,
      deltas: [
        {
          tensor: "w",
          rank: RANK,
          scale: float32Data([1]),
          a: new Uint8Array(4 * SIDE * RANK),
          b: new Uint8Array(4 * SIDE * RANK),
        },
      ],
    }),
  ],
]);

const read = (digest: Uint8Array): Promise<Uint8Array> =>
  Promise.resolve(FILES.get(`0${digest[0]}`)!.slice());

function manifestWith(adapters: number): Manifest {
  const models = Array.from({ length: adapters }, (_, index) =>
    Model.create({
      name: `net${index}`,
      digest: Uint8Array.of(1),
      adapterDigest: Uint8Array.of(2),
    }),
  );
  return Manifest.create({ models });
}

it("adapters of one version share the steps that adding them may take", async () => {
  const two = manifestWith(2);
  await expect(modelReader(two.models[0]!, two, read)()).rejects.toThrow(
    "adapter of model net0: it takes 272629760 steps, at most 268435456 are allowed",
  );
  const one = manifestWith(1);
  const file = await modelReader(one.models[0]!, one, read)();
  expect(file.length).toBe(FILES.get("01")!.length);
});
