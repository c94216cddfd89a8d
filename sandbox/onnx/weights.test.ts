import { beforeAll, describe, expect, it } from "vitest";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { SeededRandom } from "#test/harness/random.js";
import type { Tensor } from "../tensor.js";
import { type ModelDraft, encodeModel, float32Data, int64Data } from "./encodeModel.js";
import { shapeOutputName } from "./expose.js";
import { LoadedModel } from "./loadedModel.js";
import { parseModel } from "./model.js";
import { type ModelCost, computeModelCost, computedTensors } from "./modelCost.js";
import { OnnxRuntime, type OnnxSession } from "./runtime.js";
import { toShapeModel } from "./shapeModel.js";
import { isReferenced, withReferencedWeights } from "./weights.js";

const SEED = 20261128n;
const { FLOAT32, FLOAT64, INT8, INT64 } = DataType;

let runtime: OnnxRuntime;

beforeAll(() => {
  runtime = new OnnxRuntime();
});

function weights(random: SeededRandom, name: string, dims: readonly number[]): TensorOf {
  const count = dims.reduce((product, extent) => product * extent, 1);
  let state = Number(random.uint64() & 0xffff_ffffn);
  const elements = Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return { name, type: FLOAT32, dims, data: float32Data(elements) };
}

type TensorOf = NonNullable<ModelDraft["initializers"]>[number];
type Case = readonly [
  what: string,
  draft: (random: SeededRandom) => Omit<ModelDraft, "inputs" | "outputs">,
];

const node = (operator: string, inputs: string, output: string, attributes = {}) => ({
  operator,
  inputs: inputs.split(" "),
  outputs: [output],
  attributes,
});

/** What the runtime fuses, folds or rewrites when constants allow it; x is float32 [1, 128]. */
const CASES: readonly Case[] = [
  [
    "a product with a sum",
    (random) => ({
      nodes: [node("MatMul", "x w", "m"), node("Add", "m b", "y")],
      initializers: [weights(random, "w", [128, 128]), weights(random, "b", [128])],
    }),
  ],
  [
    "a transposed constant",
    (random) => ({
      nodes: [node("Transpose", "w", "t", { perm: [1n, 0n] }), node("MatMul", "x t", "y")],
      initializers: [weights(random, "w", [160, 128])],
    }),
  ],
  [
    "a constant that is scaled",
    (random) => ({
      nodes: [node("Mul", "w s", "t"), node("Gemm", "x t c", "y", { transB: 1n })],
      initializers: [
        weights(random, "w", [128, 128]),
        weights(random, "s", [1]),
        weights(random, "c", [128]),
      ],
    }),
  ],
  [
    "a convolution with normalisation, scale and bias",
    (random) => ({
      nodes: [
        node("Reshape", "x d", "r"),
        node("Conv", "r w", "c"),
        node("BatchNormalization", "c g h m v", "n"),
        node("Mul", "n g3", "s"),
        node("Relu", "s", "y"),
      ],
      initializers: [
        { name: "d", type: INT64, dims: [4], data: int64Data([1n, 32n, 2n, 2n]) },
        weights(random, "w", [512, 32, 1, 1]),
        weights(random, "g", [512]),
        weights(random, "h", [512]),
        weights(random, "m", [512]),
        { ...weights(random, "v", [512]), data: float32Data(new Array<number>(512).fill(0.7)) },
        weights(random, "g3", [512, 1, 1]),
      ],
    }),
  ],
  [
    "a constant in float64",
    () => ({
      nodes: [node("Cast", "w", "t", { to: 1n }), node("MatMul", "x t", "y")],
      initializers: [
        {
          name: "w",
          type: FLOAT64,
          dims: [128, 128],
          data: new Uint8Array(
            Float64Array.from({ length: 16_384 }, (_, index) => ((index * 37) % 997) / 1_009)
              .buffer,
          ),
        },
      ],
    }),
  ],
  [
    "quantised weights",
    () => ({
      nodes: [node("DequantizeLinear", "w s z", "t"), node("MatMul", "x t", "y")],
      initializers: [
        {
          name: "w",
          type: INT8,
          dims: [128, 512],
          data: Uint8Array.from({ length: 65_536 }, (_, index) => (index * 101) % 251),
        },
        { name: "s", type: FLOAT32, dims: [], data: float32Data([0.02]) },
        { name: "z", type: INT8, dims: [], data: Uint8Array.of(3) },
      ],
    }),
  ],
  [
    "a table that rows are gathered from, and weights that are divided by",
    (random) => ({
      nodes: [
        node("Gather", "w i", "t"),
        node("Div", "q q", "o"),
        node("Cast", "o", "f", { to: 1n }),
        node("Add", "t f", "u"),
        node("Mul", "x u", "y"),
      ],
      initializers: [
        weights(random, "w", [512, 128]),
        { name: "i", type: INT64, dims: [1], data: int64Data([511n]) },
        { name: "q", type: INT8, dims: [512, 128], data: new Uint8Array(65_536).fill(7) },
      ],
    }),
  ],
];

function draftOf(make: Case[1]): ModelDraft {
  return {
    inputs: [{ name: "x", type: FLOAT32, dims: [1, 128] }],
    outputs: [{ name: "y", type: FLOAT32 }],
    ...make(new SeededRandom(SEED)),
  };
}

const INPUT: Tensor = {
  dims: [1n, 128n],
  data: float32Data(Array.from({ length: 128 }, (_, index) => Math.fround(index / 64 - 1))),
};

/** Digest of what a run gives. */
async function runOn(session: OnnxSession): Promise<string> {
  const result = await session.run(
    [{ name: "x", type: FLOAT32, ...INPUT }],
    [{ name: "y", type: FLOAT32 }],
  );
  await session.release();
  return toHex(sha256(result[0]!.data));
}

/** What the model costs when its shapes are found with all its weights. */
async function plainCost(file: Uint8Array): Promise<ModelCost> {
  const model = parseModel(file);
  const tensors = computedTensors(model);
  const { file: shapeFile, fillers } = toShapeModel(model, tensors);
  expect(fillers).toEqual([]);
  const session = await runtime.createSession(shapeFile);
  const outputs = tensors.map((_, position) => ({ name: shapeOutputName(position), type: INT64 }));
  const results = await session.run([{ name: "x", type: FLOAT32, ...INPUT }], outputs);
  const shapes = new Map<string, readonly bigint[]>([["x", INPUT.dims]]);
  for (const [position, { data }] of results.entries()) {
    shapes.set(tensors[position] ?? "", [...new BigInt64Array(data.slice().buffer)]);
  }
  await session.release();
  return computeModelCost(model, shapes);
}

describe(`weights that the runtime takes by reference (seed ${SEED})`, () => {
  it.each(CASES)("give the same bits as in the file: %s", async (_, make) => {
    const file = encodeModel(draftOf(make));
    const model = parseModel(file);
    const plain = await runOn(await runtime.createSession(file));
    for (const largeBytes of [1, 65_536]) {
      const referenced = withReferencedWeights(model, largeBytes);
      expect(referenced?.length).toBeLessThan(16_384);
      expect(await runOn(await runtime.createSession(referenced!, file))).toBe(plain);
    }
  });

  it.each(CASES)("cost the same as in the file: %s", async (_, make) => {
    const file = encodeModel(draftOf(make));
    const loaded = await LoadedModel.load(runtime, file);
    expect(await loaded.largestCost()).toEqual(await plainCost(file));
    await loaded.release();
  });

  it("are not kept in this process once they are loaded", async () => {
    const { model } = await LoadedModel.load(runtime, encodeModel(draftOf(CASES[0]![1])));
    expect(model.file.length).toBeLessThan(2_048);
    expect(model.file.buffer.byteLength).toBeLessThan(8_192);
  });

  it("are found among any number of small constants", () => {
    const small = Array.from({ length: 150_000 }, (_, index) => ({
      name: `c${index}`,
      type: INT8,
      dims: [],
      data: Uint8Array.of(index),
    }));
    const draft = draftOf(CASES[0]![1]);
    const initializers = [...small, ...(draft.initializers ?? []), small[0]!];
    const model = parseModel(encodeModel({ ...draft, initializers }));
    const { initializers: found = [] } = parseModel(withReferencedWeights(model)!).graph;
    const kept = found.filter((tensor) => !isReferenced(tensor));
    expect(found).toHaveLength(initializers.length);
    expect(found.findIndex(isReferenced)).toBe(small.length);
    expect(kept).toHaveLength(initializers.length - 1);
    expect(kept.at(-1)).toEqual(model.graph.initializers?.at(-1));
  });

  it("stay in the file when they are small or not plain bytes", () => {
    const small = encodeModel(draftOf(CASES[0]![1]));
    expect(withReferencedWeights(parseModel(small), 65_537)).toBeUndefined();
  });
});

describe("a model that is run to find shapes", () => {
  it("fills weights from one element, and needs no file for that", async () => {
    const loaded = await LoadedModel.load(runtime, encodeModel(draftOf(CASES[0]![1])), () =>
      Promise.reject(new Error("not to be read")),
    );
    const shapes = toShapeModel(loaded.model, ["m"]);
    expect(shapes.fillers).toEqual([FLOAT32]);
    await loaded.largestCost();
    await loaded.release();
  });

  it("takes weights as they are when one element in their place is no index", async () => {
    const draft = draftOf(() => ({
      nodes: [
        node("Mul", "w k", "scaled"),
        node("Cast", "scaled", "index", { to: 7n }),
        node("Gather", "x index", "y", { axis: 1n }),
      ],
      initializers: [
        { name: "w", type: FLOAT32, dims: [16_384], data: new Uint8Array(65_536) },
        { name: "k", type: FLOAT32, dims: [], data: float32Data([5_000]) },
      ],
    }));
    const file = encodeModel(draft);
    const loaded = await LoadedModel.load(runtime, file);
    expect(toShapeModel(loaded.model, []).fillers).toEqual([FLOAT32]);
    expect(await loaded.largestCost()).toEqual(await plainCost(file));
    await loaded.release();
  });

  it("takes weights as they are when a shape follows from them", async () => {
    const draft = draftOf(() => ({
      nodes: [
        node("ReduceMax", "w", "top", { keepdims: 0n }),
        node("Cast", "top", "wide", { to: 7n }),
        node("Reshape", "wide one", "times"),
        node("Concat", "one times", "repeats", { axis: 0n }),
        node("Tile", "x repeats", "y"),
      ],
      initializers: [
        {
          name: "w",
          type: FLOAT32,
          dims: [16_384],
          data: float32Data(new Array<number>(16_384).fill(40)),
        },
        { name: "one", type: INT64, dims: [1], data: int64Data([1n]) },
      ],
    }));
    const file = encodeModel(draft);
    const loaded = await LoadedModel.load(runtime, file);
    expect(toShapeModel(loaded.model, []).fillers).toEqual([]);
    expect(await loaded.largestCost()).toEqual(await plainCost(file));
    // 128 floats repeated 40 times, beside their source and what the extents came from.
    expect((await loaded.largestCost()).peakTensorBytes).toBeGreaterThanOrEqual(40n * 512n);
    const [output] = await loaded.run([INPUT]);
    expect(output?.dims).toEqual([1n, 5_120n]);
    await loaded.release();
  });
});
