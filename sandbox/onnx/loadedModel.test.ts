import { beforeAll, describe, expect, it } from "vitest";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { operatorGroups } from "../conformance/operatorGroups.js";
import { type ModelDraft, encodeModel, float32Data, int64Data } from "./encodeModel.js";
import { ModelRefusal } from "./errors.js";
import { withTensorOutputs } from "./expose.js";
import { LoadedModel } from "./loadedModel.js";
import { parseModel } from "./model.js";
import { computedTensors } from "./modelCost.js";
import { NODE_GAS, RUN_GAS } from "./profile.js";
import { OnnxRuntime, type OnnxSession, RuntimeRefusal } from "./runtime.js";
import { inferTypes } from "./tensorTypes.js";
import { WorkProbe, computeWorkDigest, selectTensors } from "./workDigest.js";

let runtime: OnnxRuntime;

beforeAll(() => {
  runtime = new OnnxRuntime();
});

/** x [n, 4] · w [4, 3], relu, then added to a constant row. */
const NETWORK: ModelDraft = {
  inputs: [{ name: "x", type: 1, dims: ["n", 4] }],
  outputs: [{ name: "y", type: 1 }],
  metadata: { "aivm.max.n": "100" },
  nodes: [
    { operator: "MatMul", inputs: ["x", "w"], outputs: ["m"] },
    { operator: "Relu", inputs: ["m"], outputs: ["r"] },
    { operator: "Add", inputs: ["r", "b"], outputs: ["y"] },
  ],
  initializers: [
    { name: "w", type: 1, dims: [4, 3], data: float32Data([1, 0, 0, 0, 1, 0, 0, 0, -1, 1, 1, 1]) },
    { name: "b", type: 1, dims: [3], data: float32Data([0.5, 1, 2]) },
  ],
};

function load(draft: ModelDraft): Promise<LoadedModel> {
  return LoadedModel.load(runtime, encodeModel(draft));
}

function rows(...elements: number[]): { dims: bigint[]; data: Uint8Array } {
  return { dims: [BigInt(elements.length / 4), 4n], data: float32Data(elements) };
}

/** Counts the sessions that it creates. */
class CountingRuntime extends OnnxRuntime {
  created = 0;

  override createSession(...given: Parameters<OnnxRuntime["createSession"]>): Promise<OnnxSession> {
    this.created++;
    return super.createSession(...given);
  }
}

describe("what finds the shapes of a run", () => {
  /** Sessions that are created for a model, while its cost is asked for several shapes. */
  async function sessionsFor(draft: ModelDraft, shapes: readonly bigint[][]): Promise<number> {
    const counting = new CountingRuntime();
    const model = await LoadedModel.load(counting, encodeModel(draft));
    for (const shape of shapes) {
      const cost = await model.cost([shape]);
      const [rowCount = 0n] = shape;
      // MatMul, then Relu and Add over three columns.
      expect(cost.gas).toBe(RUN_GAS + 3n * NODE_GAS + rowCount * (12n + 2n * 24n));
    }
    await model.release();
    return counting.created;
  }

  it("is loaded once, however many shapes there are", async () => {
    const shapes = Array.from({ length: 40 }, (_, index) => [BigInt(index + 1), 4n]);
    expect(await sessionsFor(NETWORK, shapes)).toBe(2);
  });

  it("is not kept where there is one shape", async () => {
    const fixed = { ...NETWORK, inputs: [{ name: "x", type: 1, dims: [5, 4] }] };
    expect(
      await sessionsFor(fixed, [
        [5n, 4n],
        [5n, 4n],
      ]),
    ).toBe(2);
  });
});

describe("a loaded model", () => {
  it("says what it takes and gives, and computes it", async () => {
    const model = await load(NETWORK);
    expect(model.signature).toEqual({
      inputs: [
        {
          name: "x",
          type: DataType.FLOAT32,
          axes: [
            { minimum: 1n, maximum: 100n },
            { minimum: 4n, maximum: 4n },
          ],
        },
      ],
      outputs: [{ name: "y", type: DataType.FLOAT32 }],
    });
    const [output] = await model.run([rows(1, 2, 3, 4, -9, 0, 0, 0)]);
    expect(output?.dims).toEqual([2n, 3n]);
    expect(toHex(output!.data)).toBe(toHex(float32Data([5.5, 7, 3, 0.5, 1, 2])));
    await model.release();
  });

  it("costs what its formulas give for the shapes of the inputs", async () => {
    const model = await load(NETWORK);
    const fixed = RUN_GAS + 3n * NODE_GAS;
    for (const n of [1n, 7n, 100n]) {
      const cost = await model.cost([[n, 4n]]);
      expect(cost.gas).toBe(fixed + n * 3n * 4n + 8n * n * 3n + 8n * n * 3n);
      // Input and product, then product and relu, live together.
      expect(cost.peakTensorBytes).toBe(n * 4n * (4n + 3n));
      expect(await model.cost([[n, 4n]])).toBe(cost);
    }
    expect(await model.largestCost()).toEqual(await model.cost([[100n, 4n]]));
    await model.release();
  });

  it("yields canonical NaNs", async () => {
    const model = await load({
      inputs: [{ name: "x", type: 1, dims: [3] }],
      outputs: [{ name: "y", type: 1 }],
      nodes: [{ operator: "Sqrt", inputs: ["x"], outputs: ["y"] }],
    });
    const [output] = await model.run([{ dims: [3n], data: float32Data([-1, 4, -Infinity]) }]);
    expect(toHex(output!.data)).toBe("0000c07f000000400000c07f");
    await model.release();
  });

  it("refuses what the runtime refuses, and goes on", async () => {
    const model = await load({
      inputs: [{ name: "x", type: 7, dims: [1] }],
      outputs: [{ name: "y", type: 1 }],
      nodes: [{ operator: "Gather", inputs: ["w", "x"], outputs: ["y"] }],
      initializers: [{ name: "w", type: 1, dims: [3], data: float32Data([1, 2, 3]) }],
    });
    const pick = (index: bigint) => model.run([{ dims: [1n], data: int64Data([index]) }]);
    await expect(pick(3n)).rejects.toThrow(RuntimeRefusal);
    expect(toHex((await pick(2n))[0]!.data)).toBe(toHex(float32Data([3])));
    await model.release();
  });

  it("is refused by the profile or by the runtime before it can run", async () => {
    const random = { operator: "RandomUniformLike", inputs: ["x"], outputs: ["y"] };
    await expect(load({ ...NETWORK, nodes: [random] })).rejects.toThrow(ModelRefusal);
    const mismatched = { operator: "MatMul", inputs: ["b", "w"], outputs: ["y"] };
    await expect(load({ ...NETWORK, nodes: [mismatched] })).rejects.toThrow(RuntimeRefusal);
  });
});

describe("the type rules of the profile", () => {
  it("agree with the runtime on every tensor of the conformance models", async () => {
    for (const { name, file, inputs } of operatorGroups()) {
      const model = await LoadedModel.load(runtime, file);
      const types = inferTypes(model.model);
      const outputs = new Set(model.signature.outputs.map((output) => output.name));
      const hidden = computedTensors(model.model).filter((tensor) => !outputs.has(tensor));
      const session = await runtime.createSession(withTensorOutputs(model.model, hidden));
      const all = [...outputs, ...hidden].map((tensor) => ({
        name: tensor,
        type: (types.get(tensor) ?? 0) as DataType,
      }));
      // Reading an output asserts that its type is the expected one.
      const results = await session.run(model.nameInputs(inputs), all);
      expect(results.length, name).toBe(all.length);
      await session.release();
      await model.release();
    }
  });
});

describe("work digests", () => {
  const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
  const digest = key(9);
  const input = rows(1, 2, 3, 4);

  it("select tensors by the key, without replacement, outputs apart", () => {
    const model = parseModel(encodeModel(NETWORK));
    const keys = Array.from({ length: 20 }, (_, byte) => key(byte));
    const selections = keys.map((workKey) => selectTensors({ model }, { workKey, digest }));
    for (const selection of selections) expect([...selection].sort()).toEqual(["m", "r"]);
    expect(new Set(selections.map(String)).size).toBe(2);
  });

  it("depend on the key, the model's digest, the input and the runs", async () => {
    const model = await load(NETWORK);
    const run = async (workKey: Uint8Array, model_: Uint8Array, given = input): Promise<string> => {
      const probe = await WorkProbe.create(model, { workKey, digest: model_ });
      const found = await probe.run([given]);
      expect(await probe.run([given])).toEqual(found);
      await probe.release();
      return toHex(computeWorkDigest(workKey, [found]));
    };
    const base = await run(key(1), digest);
    expect(await run(key(1), digest)).toBe(base);
    const others = [
      await run(key(2), digest),
      await run(key(1), key(8)),
      await run(key(1), digest, rows(1, 2, 3, 5)),
      toHex(computeWorkDigest(key(1), [])),
    ];
    expect(new Set([base, ...others]).size).toBe(5);
    await model.release();
  });

  it("leave the outputs to the ordinary session", async () => {
    const model = await load(NETWORK);
    const before = await model.run([input]);
    const probe = await WorkProbe.create(model, { workKey: key(1), digest });
    await probe.run([input]);
    expect(await model.run([input])).toEqual(before);
    await probe.release();
    await model.release();
  });
});
