import { beforeAll, describe, expect, it } from "vitest";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { allOperators } from "../onnx/profile.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { type OperatorVector, runCase } from "./operatorVector.js";
import { readOperatorVectors } from "./operatorVectorFile.js";

let runtime: OnnxRuntime;

beforeAll(() => {
  runtime = new OnnxRuntime();
});

const VECTORS = readOperatorVectors();

/** Leaves other bytes where the next models' tensors will lie. */
async function stirHeap(seed: number): Promise<void> {
  const data = float32Data(Array.from({ length: 20_000 }, (_, index) => Math.sin(index * seed)));
  const session = await runtime.createSession(
    encodeModel({
      inputs: [{ name: "x", type: 1, dims: [20_000] }],
      outputs: [{ name: "y", type: 1 }],
      nodes: [{ operator: "Exp", inputs: ["x"], outputs: ["y"] }],
    }),
  );
  const outputs = [{ name: "y", type: DataType.FLOAT32 }];
  await session.run([{ name: "x", type: DataType.FLOAT32, dims: [20_000n], data }], outputs);
  await session.release();
}

async function failures(vectors: readonly OperatorVector[]): Promise<string[]> {
  const found: string[] = [];
  for (const vector of vectors) {
    const { digest, mismatch } = await runCase(runtime, vector);
    const name = `${vector.name} in set ${vector.version}`;
    if (mismatch !== undefined) found.push(`${name}: ${mismatch}`);
    if (digest !== vector.digest) found.push(`${name}: digest ${digest}`);
  }
  return found;
}

describe(`${VECTORS.length} vectors of ONNX's operators`, () => {
  it("cover every operator of the profile", () => {
    const covered = new Set(VECTORS.map(({ operator }) => operator));
    const missing = allOperators().filter(({ name }) => !covered.has(name));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it("agree with ONNX, and to the bit with the committed digests", async () => {
    expect(await failures(VECTORS)).toEqual([]);
  });

  it("give the same whatever the runtime's memory held before", async () => {
    await stirHeap(3);
    const found = await failures([...VECTORS].reverse());
    await stirHeap(5);
    expect([...found, ...(await failures(VECTORS))]).toEqual([]);
  });
});

describe("a vector whose numbers are not ONNX's", () => {
  it("is found, with the place", async () => {
    const vector = VECTORS.find(({ operator }) => operator === "Add")!;
    const [output] = vector.outputs;
    const data = Buffer.from(output!.data, "base64");
    data[3] = data[3]! ^ 0x40;
    const outputs = [{ ...output!, data: data.toString("base64") }];
    const { mismatch } = await runCase(runtime, { ...vector, outputs });
    expect(mismatch).toMatch(/^sum\[3\] is 11, not/);
  });
});
