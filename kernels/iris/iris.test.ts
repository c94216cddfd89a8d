import type { InferenceSession } from "onnxruntime-web/wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { compileAivmfile } from "#modules/kernel/types/aivmfile.js";
import { KernelFolder } from "../testing/kernelFolder.js";
import { openModel, standInAivm } from "../testing/standInAivm.js";
import { infer } from "./infer.js";

interface HeldOutFlower {
  readonly measurements: Float32Array;
  readonly label: number;
  /** What the network without dropout answers in Python. */
  readonly predicted: number;
}

const folder = new KernelFolder("iris");
const heldOut = readHeldOut();
let net: InferenceSession;

function readHeldOut(): HeldOutFlower[] {
  const { flowers } = JSON.parse(folder.text("train/heldout.json")) as { flowers: string[] };
  return flowers.map((row) => {
    const values = row.split(" ").map(Number);
    return {
      measurements: Float32Array.from(values.slice(0, 4)),
      label: values[4]!,
      predicted: values[5]!,
    };
  });
}

function seedOf(hex: string): number {
  return Number.parseInt(hex.slice(0, 8), 16);
}

async function answer(measurements: ArrayLike<number>, seed: number) {
  const input = { measurements: Float32Array.from(measurements) };
  return (await infer(input, standInAivm(net, seed))) as {
    label: BigInt64Array;
    probs: Float32Array;
    spread: Float32Array;
  };
}

beforeAll(async () => {
  net = await openModel(folder.bytes("model.onnx"));
});

describe("kernels/iris inference", () => {
  it("compiles, and every file that its Aivmfile names is there", () => {
    const { draft, files } = compileAivmfile(folder.text("Aivmfile"));
    expect(draft.name).toBe("iris");
    for (const { file } of files.models) expect(folder.bytes(file).length).toBeGreaterThan(0);
    expect(folder.text(files.inferenceCode)).toContain("export async function infer(");
    expect(folder.text(files.aggregationCode!)).toContain("export function aggregate(");
    expect(files.testVectors).toEqual(["vectors/*.json"]);
  });

  it("ships the model that its report and its README describe", () => {
    const { modelBytes, modelSha256 } = folder.report();
    expect(folder.digest("model.onnx")).toBe(modelSha256);
    expect(folder.bytes("model.onnx").length).toBe(modelBytes);
    expect(folder.text("README.md")).toContain(modelSha256);
  });

  it("answers without dropout on every held-out flower as it did in Python", async () => {
    const aivm = standInAivm(net, 0);
    const masks = { dims: [8, 16], data: new Float32Array(8 * 16).fill(1) };
    let correct = 0;
    for (const { measurements, label, predicted } of heldOut) {
      const inputs = { measurements: { dims: [1, 4], data: measurements }, masks };
      const probs = (await aivm.run("net", inputs))["probs"]!.data.slice(0, 3);
      const found = probs.indexOf(Math.max(...probs));
      expect(found).toBe(predicted);
      if (found === label) correct++;
    }
    expect(heldOut).toHaveLength(folder.report().heldOut);
    expect(correct).toBe(folder.report().correct);
  });

  it("answers alike for equal seeds and unlike for different ones", async () => {
    const [, { measurements }] = folder.samples().find(([name]) => name.includes("doubtful"))!;
    const first = await answer(measurements!, 1);
    expect(await answer(measurements!, 1)).toEqual(first);
    expect((await answer(measurements!, 2)).probs).not.toEqual(first.probs);
  });

  it("gives probabilities that add up to one, and a spread from 0 to 1", async () => {
    for (const [index, { measurements }] of heldOut.entries()) {
      const { label, probs, spread } = await answer(measurements, index);
      expect(probs.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(probs[Number(label[0])]).toBe(Math.max(...probs));
      expect(spread[0]).toBeGreaterThanOrEqual(0);
      expect(spread[0]).toBeLessThanOrEqual(1);
    }
  });

  it("meets every test vector whatever the generator draws, at least twenty", async () => {
    const vectors = folder.vectors();
    expect(vectors.length).toBeGreaterThanOrEqual(20);
    for (const { name, input, seed, expect: expected } of vectors) {
      expect(seed, name).toMatch(/^[0-9a-f]{64}$/);
      const { label } = await answer(input["measurements"]!, seedOf(seed!));
      expect(Number(label[0]), name).toBe(expected.label[0]);
    }
  });

  it("names the species of its samples as their file names say", async () => {
    const species = ["setosa", "versicolor", "virginica"];
    const certain = folder.samples().filter(([name]) => !name.includes("doubtful"));
    expect(certain).toHaveLength(3);
    for (const [name, { measurements }] of certain) {
      const { label } = await answer(measurements!, 3);
      expect(name).toBe(`samples/${species[Number(label[0])]}.json`);
    }
  });

  it.each([0, -1, Number.NaN])("refuses a measurement of %d", async (value) => {
    const measurements = Float32Array.of(5, 3, value, 1);
    await expect(infer({ measurements }, standInAivm(net, 0))).rejects.toThrow(RangeError);
  });
});
