import type { InferenceSession } from "onnxruntime-web/wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { compileAivmfile } from "#modules/kernel/types/aivmfile.js";
import { KernelFolder } from "../testing/kernelFolder.js";
import { openModel, standInAivm } from "../testing/standInAivm.js";
import { infer } from "./infer.js";

interface HeldOutDigit {
  readonly image: Uint8Array;
  readonly label: number;
  /** What the exported model answers in Python. */
  readonly predicted: number;
}

const folder = new KernelFolder("digits");
const heldOut = readHeldOut();
let net: InferenceSession;

function readHeldOut(): HeldOutDigit[] {
  const { digits } = JSON.parse(folder.text("train/heldout.json")) as { digits: string[] };
  return digits.map((row) => {
    const [image = "", label = "", predicted = ""] = row.split(" ");
    return {
      image: Uint8Array.from(image, (figure) => Number.parseInt(figure, 17)),
      label: Number(label),
      predicted: Number(predicted),
    };
  });
}

async function read(image: ArrayLike<number>): Promise<{ label: number; probs: Float32Array }> {
  const answer = await infer({ image: Uint8Array.from(image) }, standInAivm(net, 0));
  return { label: Number(answer.label[0]), probs: answer.probs as Float32Array };
}

beforeAll(async () => {
  net = await openModel(folder.bytes("model.onnx"));
});

describe("kernels/digits", () => {
  it("compiles, and every file that its Aivmfile names is there", () => {
    const { draft, files } = compileAivmfile(folder.text("Aivmfile"));
    expect(draft.name).toBe("digits");
    for (const { file } of files.models) expect(folder.bytes(file).length).toBeGreaterThan(0);
    expect(folder.text(files.inferenceCode)).toContain("export async function infer(");
    expect(files.testVectors).toEqual(["vectors/*.json"]);
  });

  it("ships the model that its report and its README describe", () => {
    const { modelBytes, modelSha256 } = folder.report();
    expect(folder.digest("model.onnx")).toBe(modelSha256);
    expect(folder.bytes("model.onnx").length).toBe(modelBytes);
    expect(folder.text("README.md")).toContain(modelSha256);
  });

  it("answers on every held-out digit as the model did in Python", async () => {
    let correct = 0;
    for (const { image, label, predicted } of heldOut) {
      const answer = await read(image);
      expect(answer.label).toBe(predicted);
      if (answer.label === label) correct++;
    }
    expect(heldOut).toHaveLength(folder.report().heldOut);
    expect(correct).toBe(folder.report().correct);
  });

  it("gives ten probabilities that add up to one, the label's the largest", async () => {
    for (const { image } of heldOut.slice(0, 50)) {
      const { label, probs } = await read(image);
      expect(probs).toHaveLength(10);
      expect(probs.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      expect(probs[label]).toBe(Math.max(...probs));
    }
  });

  it("meets every test vector, at least twenty and at least two of each digit", async () => {
    const vectors = folder.vectors();
    expect(vectors.length).toBeGreaterThanOrEqual(20);
    for (const { name, input, expect: expected } of vectors) {
      expect((await read(input["image"]!)).label, name).toBe(expected.label[0]);
    }
    for (let digit = 0; digit < 10; digit++) {
      const own = vectors.filter(({ expect: { label } }) => label[0] === digit);
      expect(own.length).toBeGreaterThanOrEqual(2);
    }
  });

  it("reads its samples as the digits that their file names say", async () => {
    for (const [name, { image }] of folder.samples()) {
      expect(name).toBe(`samples/digit-${(await read(image!)).label}.json`);
    }
  });

  it.each([17, 255])("refuses a pixel of %d", async (value) => {
    const image = new Uint8Array(64).fill(value, 63);
    await expect(infer({ image }, standInAivm(net, 0))).rejects.toThrow(RangeError);
  });

  it("names the smaller of two digits that are equally probable", async () => {
    const probs = Float32Array.of(0, 0, 0.5, 0, 0, 0, 0, 0.5, 0, 0);
    const tied = { run: () => Promise.resolve({ probs: { dims: [1, 10], data: probs } }) };
    const { label } = await infer({ image: new Uint8Array(64) }, tied);
    expect(label).toEqual(BigInt64Array.of(2n));
  });
});
