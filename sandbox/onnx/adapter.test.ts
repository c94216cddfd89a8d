import { beforeAll, describe, expect, it } from "vitest";
import { Adapter, DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { WireWriter } from "#core/codec/wire/writer.js";
import { concatBytes, equalBytes } from "#core/primitives/bytes.js";
import { SeededRandom } from "#test/harness/random.js";
import { applyAdapter } from "./adapter.js";
import { encodeModel, float32Data } from "./encodeModel.js";
import { ModelRefusal } from "./errors.js";
import { editGraph } from "./graphEdit.js";
import { LoadedModel } from "./loadedModel.js";
import { parseModel } from "./model.js";
import { OnnxRuntime } from "./runtime.js";

const SEED = 20261128n;
const ROWS = 12;
const COLUMNS = 7;
const RANK = 3;

/** How a file may store the elements of a constant. */
type Storage = "raw" | "packed" | "single";

let runtime: OnnxRuntime;

beforeAll(() => {
  runtime = new OnnxRuntime();
});

function floats(random: SeededRandom, count: number, size = 1): Float32Array {
  return Float32Array.from({ length: count }, () => {
    const unit = Number(random.uint64() & 0xffff_ffffn) / 2 ** 31 - 1;
    return unit * size;
  });
}

/** A field of a graph: a constant of float32 under the name `w`. */
function constant(elements: Float32Array, dims: readonly number[], storage: Storage): Uint8Array {
  const bytes = new Uint8Array(elements.buffer);
  const writer = new WireWriter();
  writer.uint32((5 << 3) | 2);
  writer.delimited(() => {
    for (const extent of dims) {
      writer.uint32((1 << 3) | 0);
      writer.uint32(extent);
    }
    writer.uint32((2 << 3) | 0);
    writer.uint32(DataType.FLOAT32);
    if (storage === "packed") {
      writer.uint32((4 << 3) | 2);
      writer.bytes(bytes);
    }
    for (let at = 0; storage === "single" && at < bytes.length; at += 4) {
      writer.uint32((4 << 3) | 5);
      writer.raw(bytes.subarray(at, at + 4));
    }
    writer.uint32((8 << 3) | 2);
    writer.string("w");
    if (storage === "raw") {
      writer.uint32((9 << 3) | 2);
      writer.bytes(bytes);
    }
  });
  return writer.finish();
}

/** y = x · w, with the elements of w stored in one way or the other. */
function product(elements: Float32Array, storage: Storage, dims = [ROWS, COLUMNS]): Uint8Array {
  const file = encodeModel({
    inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, dims[0]!] }],
    outputs: [{ name: "y", type: DataType.FLOAT32 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
  });
  return editGraph(parseModel(file), { append: constant(elements, dims, storage) });
}

interface Factors {
  readonly scale: number;
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly rank: number;
}

function adapterOf(factors: Factors, change: Partial<Adapter["deltas"][number]> = {}): Uint8Array {
  const { scale, a, b, rank } = factors;
  const delta = {
    tensor: "w",
    rank,
    scale: float32Data([scale]),
    a: new Uint8Array(a.buffer),
    b: new Uint8Array(b.buffer),
    ...change,
  };
  return Adapter.encode({ format: 1, deltas: [delta] });
}

/** Element by element as the specification says it, by no code of the sandbox. */
function merged(
  weights: Float32Array,
  { scale, a, b, rank }: Factors,
  columns = COLUMNS,
): Float32Array {
  const round = Math.fround;
  return weights.map((weight, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    let sum = 0;
    for (let k = 0; k < rank; k++) {
      sum = round(sum + round(b[row * rank + k]! * a[k * columns + column]!));
    }
    return round(weight + round(round(scale) * sum));
  });
}

function draw(
  seed: bigint,
  size = 1,
): { readonly weights: Float32Array; readonly factors: Factors } {
  const random = new SeededRandom(seed);
  const weights = floats(random, ROWS * COLUMNS, size);
  const factors = {
    rank: RANK,
    scale: 0.7,
    a: floats(random, RANK * COLUMNS, size),
    b: floats(random, ROWS * RANK, size),
  };
  return { weights, factors };
}

async function outputsOf(file: Uint8Array, inputs: readonly Float32Array[]): Promise<Uint8Array[]> {
  const model = await LoadedModel.load(runtime, file);
  const outputs: Uint8Array[] = [];
  for (const input of inputs) {
    const data = new Uint8Array(input.buffer);
    const [output] = await model.run([{ dims: [1n, BigInt(input.length)], data }]);
    outputs.push(output!.data);
  }
  await model.release();
  return outputs;
}

describe(`an adapter (seed ${SEED})`, () => {
  it.each<Storage>(["raw", "packed", "single"])(
    "of a model whose weights are stored as %s gives the file of the merged model",
    (storage) => {
      for (let round = 0n; round < 20n; round++) {
        const { weights, factors } = draw(SEED + round, 10 ** (Number(round) - 10));
        const file = product(weights, storage);
        applyAdapter(parseModel(file), adapterOf(factors), "net");
        expect(file).toEqual(product(merged(weights, factors), storage));
      }
    },
  );

  it.each<Storage>(["raw", "packed", "single"])(
    "gives the outputs of the merged model, to the bit, where weights are stored as %s",
    async (storage) => {
      const { weights, factors } = draw(SEED);
      const inputs = [1n, 2n, 3n].map((seed) => floats(new SeededRandom(seed), ROWS));
      const file = product(weights, storage);
      const before = await outputsOf(file, inputs);
      applyAdapter(parseModel(file), adapterOf(factors), "net");
      const after = await outputsOf(file, inputs);
      expect(after).toEqual(await outputsOf(product(merged(weights, factors), "raw"), inputs));
      expect(after).not.toEqual(before);
    },
  );

  it("takes weights in more pieces than a call could have arguments", () => {
    const [rows, columns] = [500, 400];
    const random = new SeededRandom(SEED);
    const weights = floats(random, rows * columns);
    const factors = { rank: 1, scale: 1, a: floats(random, columns), b: floats(random, rows) };
    const file = product(weights, "single", [rows, columns]);
    applyAdapter(parseModel(file), adapterOf(factors), "net");
    const expected = product(merged(weights, factors, columns), "single", [rows, columns]);
    expect(equalBytes(file, expected)).toBe(true);
  });

  it("rounds each product and each sum to float32", () => {
    const factors = {
      rank: 2,
      scale: 3,
      a: Float32Array.of(0.1, 0.3),
      b: Float32Array.of(0.7, 1e-8, 5, 0.9),
    };
    const weights = Float32Array.of(1, 1);
    const file = product(weights, "raw", [2, 1]);
    expect(() => {
      applyAdapter(parseModel(file), adapterOf({ ...factors, rank: 2 }), "net");
    }).toThrow("rank 2, 2 × 1 allows 1 to 1");
    const one = { rank: 1, scale: 3, a: Float32Array.of(0.1), b: Float32Array.of(0.7, 5) };
    applyAdapter(parseModel(file), adapterOf(one), "net");
    const expected = [0.7, 5].map((b) => {
      const sum = Math.fround(Math.fround(b) * Math.fround(0.1));
      return Math.fround(1 + Math.fround(3 * sum));
    });
    expect(file).toEqual(product(Float32Array.from(expected), "raw", [2, 1]));
  });

  it("changes kernels of convolutions as rows of their first axis", () => {
    const random = new SeededRandom(SEED);
    const weights = floats(random, 4 * 2 * 3 * 3);
    const factors = { rank: 2, scale: 1, a: floats(random, 2 * 18), b: floats(random, 4 * 2) };
    const file = product(weights, "raw", [4, 2, 3, 3]);
    applyAdapter(parseModel(file), adapterOf(factors), "net");
    expect(file).toEqual(product(merged(weights, factors, 18), "raw", [4, 2, 3, 3]));
  });

  it("reads bytes that stand anywhere in a larger buffer", () => {
    const { weights, factors } = draw(SEED);
    const file = product(weights, "raw");
    const adapter = adapterOf(factors);
    const shifted = Buffer.concat([Buffer.alloc(3), file, Buffer.alloc(1), adapter]);
    const inside = shifted.subarray(3, 3 + file.length);
    applyAdapter(parseModel(inside), shifted.subarray(4 + file.length), "net");
    expect(new Uint8Array(inside)).toEqual(product(merged(weights, factors), "raw"));
  });

  const { factors } = draw(SEED);
  const long = new Uint8Array(4 * RANK * COLUMNS + 4);
  const refused: ReadonlyArray<readonly [string, Uint8Array, string]> = [
    ["is no adapter", Uint8Array.of(1, 2, 3), "it is no adapter file"],
    [
      "is not canonical",
      concatBytes(adapterOf(factors), Uint8Array.of(8, 1)),
      "it is no adapter file",
    ],
    ["has another format", Adapter.encode({ format: 2, deltas: [] }), "format 2 is not known"],
    ["changes nothing", Adapter.encode({ format: 1, deltas: [] }), "it changes no tensor"],
    [
      "changes a tensor twice",
      Adapter.encode({
        format: 1,
        deltas: [0, 1].flatMap(() => Adapter.decode(adapterOf(factors)).deltas),
      }),
      "its tensors are not in byte order, each once",
    ],
    ["names another tensor", adapterOf(factors, { tensor: "v" }), "tensor v is not a constant"],
    [
      "has rank 0",
      adapterOf(factors, { rank: 0 }),
      "tensor w is given rank 0, 12 × 7 allows 1 to 7",
    ],
    [
      "has too high a rank",
      adapterOf(factors, { rank: 8 }),
      "tensor w is given rank 8, 12 × 7 allows 1 to 7",
    ],
    [
      "has too long an A",
      adapterOf(factors, { a: long }),
      "A of tensor w has 88 bytes, needs 21 numbers (84 bytes)",
    ],
    [
      "has too short a B",
      adapterOf(factors, { b: new Uint8Array(4) }),
      "B of tensor w has 4 bytes, needs 36 numbers (144 bytes)",
    ],
    [
      "has no scale",
      adapterOf(factors, { scale: new Uint8Array(0) }),
      "scale of tensor w has 0 bytes",
    ],
    [
      "scales by infinity",
      adapterOf(factors, { scale: float32Data([Infinity]) }),
      "scale of tensor w has a number that is not finite",
    ],
    [
      "has a NaN",
      adapterOf({ ...factors, a: factors.a.map((value, index) => (index === 5 ? NaN : value)) }),
      "A of tensor w has a number that is not finite",
    ],
    [
      "makes a weight infinite",
      adapterOf({ ...factors, a: factors.a.map(() => 3e38), b: factors.b.map(() => 3e38) }),
      "tensor w gets an element that is not finite",
    ],
  ];

  it.each(refused)(
    "that %s is refused, with the model's and the tensor's name",
    (_, adapter, problem) => {
      const file = product(draw(SEED).weights, "raw");
      const apply = (): void => {
        applyAdapter(parseModel(file), adapter, "net");
      };
      expect(apply).toThrow(ModelRefusal);
      expect(apply).toThrow(`adapter of model net: ${problem}`);
      expect(file).toEqual(product(draw(SEED).weights, "raw"));
    },
  );

  it("that is damaged anywhere is added or refused, and nothing else happens", () => {
    const random = new SeededRandom(SEED);
    const { weights } = draw(SEED);
    const whole = adapterOf(factors);
    let refusals = 0;
    for (let round = 0; round < 2_000; round++) {
      const damaged = whole.slice(
        0,
        random.below(4) === 0 ? random.below(whole.length) : undefined,
      );
      for (let flip = random.below(3); flip >= 0 && damaged.length > 0; flip--) {
        damaged[random.below(damaged.length)]! ^= 1 << random.below(8);
      }
      try {
        applyAdapter(parseModel(product(weights, "raw")), damaged, "net");
      } catch (error) {
        expect(error).toBeInstanceOf(ModelRefusal);
        refusals++;
      }
    }
    expect(refusals).toBeGreaterThan(500);
    expect(refusals).toBeLessThan(2_000);
  });

  it("of more steps than hosts should have to take is refused", () => {
    const side = 4_096;
    const rank = 33;
    const file = product(new Float32Array(side * side), "raw", [side, side]);
    const part = new Float32Array(side * rank);
    const large = adapterOf({ rank, scale: 1, a: part, b: part });
    expect(() => {
      applyAdapter(parseModel(file), large, "net");
    }).toThrow("it takes 553648128 steps, at most 536870912 are allowed");
  });

  it("of a tensor that is not of float32, or has one axis, is refused", () => {
    const model = (type: DataType, dims: readonly number[]): Uint8Array =>
      encodeModel({
        inputs: [{ name: "x", type, dims: [1] }],
        outputs: [{ name: "y", type }],
        nodes: [{ operator: "Mul", inputs: ["x", "w"], outputs: ["y"] }],
        initializers: [{ name: "w", type, dims, data: new Uint8Array(8 * ROWS * COLUMNS) }],
      });
    const apply = (file: Uint8Array) => () => {
      applyAdapter(parseModel(file), adapterOf(factors), "net");
    };
    expect(apply(model(DataType.FLOAT64, [ROWS, COLUMNS]))).toThrow("tensor w is not of float32");
    expect(apply(model(DataType.FLOAT32, [ROWS]))).toThrow("tensor w has 1 axes, at least 2");
    expect(apply(model(DataType.FLOAT32, [ROWS, COLUMNS]))).toThrow(
      "tensor w does not hold its elements",
    );
  });
});
