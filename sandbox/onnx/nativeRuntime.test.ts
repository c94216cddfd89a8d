import { beforeAll, describe, expect, it } from "vitest";
import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { checkNative, findDifference } from "../conformance/checkNative.js";
import { runCase } from "../conformance/operatorVector.js";
import { readOperatorVectors } from "../conformance/operatorVectorFile.js";
import { encodeModel, float32Data, int64Data } from "./encodeModel.js";
import { LoadedModel } from "./loadedModel.js";
import { nativeDigest } from "./nativeDigest.js";
import { NATIVE_PACKAGE } from "./nativeOptions.js";
import { findNativePackage } from "./nativePackage.js";
import { NativeRuntime } from "./nativeRuntime.js";
import { OnnxRuntime } from "./runtime.js";
import { RuntimeRefusal } from "./session.js";

let native: NativeRuntime;

beforeAll(() => {
  native = new NativeRuntime();
});

/** A table of 20,000 rows, large enough to be referred to, and the row that is asked for. */
function table(): Uint8Array {
  const data = float32Data(Array.from({ length: 20_000 }, (_, index) => index));
  return encodeModel({
    inputs: [{ name: "row", type: DataType.INT64, dims: [1] }],
    outputs: [{ name: "y", type: DataType.FLOAT32 }],
    nodes: [{ operator: "Gather", inputs: ["table", "row"], outputs: ["y"] }],
    initializers: [{ name: "table", type: DataType.FLOAT32, dims: [20_000, 1], data }],
  });
}

const row = (index: bigint) => ({ dims: [1n], data: int64Data([index]) });

describe("the native engine", () => {
  it("is of the version and the hash that its name says", () => {
    expect(toHex(nativeDigest())).toBe(toHex(NATIVE_ENGINE.binarySha256));
    expect(NATIVE_ENGINE.version).toBe(NATIVE_PACKAGE.version);
    expect(findNativePackage().found?.folders).toHaveLength(2);
  });

  it("gives what ONNX's cases ask for, with every operator of the profile", async () => {
    const vectors = readOperatorVectors();
    expect(vectors.length).toBeGreaterThan(600);
    let sameBits = 0;
    for (const vector of vectors) {
      const { mismatch, digest } = await runCase(native, vector);
      expect(mismatch, vector.name).toBeUndefined();
      if (digest === vector.digest) sameBits++;
    }
    // Digests cover gas and peak bytes too: where bits are equal, so are these.
    expect(sameBits).toBeGreaterThan(vectors.length / 2);
    expect(sameBits).toBeLessThan(vectors.length);
  }, 120_000);

  it("is near to the reference engine on its own vectors, as a node checks at its start", async () => {
    expect(await checkNative(native, new OnnxRuntime())).toEqual({ conforms: true });
  }, 60_000);

  it("takes large weights from the model's file, and costs what the exact engine costs", async () => {
    const models = [native, new OnnxRuntime()].map((runtime) => LoadedModel.load(runtime, table()));
    const [mine, reference] = await Promise.all(models);
    const [output] = await mine!.run([row(17_000n)]);
    expect([...new Float32Array(output!.data.slice().buffer)]).toEqual([17_000]);
    expect(await mine!.cost([[1n]])).toEqual(await reference!.cost([[1n]]));
    await mine!.release();
    await reference!.release();
  });

  it("refuses inputs and files as a verdict, not as a fault of the host", async () => {
    const model = await LoadedModel.load(native, table());
    await expect(model.run([row(20_000n)])).rejects.toThrow(RuntimeRefusal);
    await model.release();
    await expect(native.createSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(RuntimeRefusal);
  });
});

describe("nearness to the reference", () => {
  const result = (type: DataType, data: Uint8Array, extent = 1n, cost = "1 gas") => ({
    types: [type],
    outputs: [{ dims: [extent], data }],
    cost,
  });
  const floats = (...values: readonly number[]) =>
    result(DataType.FLOAT32, float32Data([...values]), BigInt(values.length));

  it("allows floats to round otherwise, and not more", () => {
    expect(findDifference(floats(1000), floats(1000.5))).toBeUndefined();
    expect(findDifference(floats(1000), floats(1002))).toBe("output 0 is not the reference's");
    expect(findDifference(floats(NaN, Infinity), floats(NaN, Infinity))).toBeUndefined();
    expect(findDifference(floats(NaN), floats(0))).toBeDefined();
    expect(findDifference(floats(Infinity), floats(-Infinity))).toBeDefined();
  });

  it("allows whole numbers no difference but a step of a quantised one", () => {
    const bytes = (type: DataType, value: number) => result(type, Uint8Array.of(value));
    expect(findDifference(bytes(DataType.UINT8, 7), bytes(DataType.UINT8, 8))).toBeUndefined();
    expect(findDifference(bytes(DataType.UINT8, 7), bytes(DataType.UINT8, 9))).toBeDefined();
    const labels = (value: bigint) => result(DataType.INT64, int64Data([value]));
    expect(findDifference(labels(7n), labels(7n))).toBeUndefined();
    expect(findDifference(labels(7n), labels(8n))).toBeDefined();
  });

  it("allows neither another shape nor another cost", () => {
    const one = result(DataType.UINT8, Uint8Array.of(7));
    expect(findDifference(one, { ...one, cost: "2 gas" })).toBe("1 gas, not 2 gas");
    const longer = result(DataType.UINT8, Uint8Array.of(7, 7), 2n);
    expect(findDifference(longer, one)).toBeDefined();
  });
});
