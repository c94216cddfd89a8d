import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { OnnxRuntime } from "../onnx/runtime.js";
import { packageRoot } from "../worker/permissions.js";
import { NETWORK_RESULTS } from "./networkResults.js";
import { type NetworkVector, runNetwork } from "./networkVector.js";
import { readNetworkVectors } from "./networkVectorFile.js";

const LARGEST_FILE = 300_000;
const VECTORS = readNetworkVectors();

let runtime: OnnxRuntime;

beforeAll(() => {
  runtime = new OnnxRuntime();
});

function read({ model }: NetworkVector): Uint8Array {
  return readFileSync(join(packageRoot(), model));
}

function find(name: string): NetworkVector {
  return VECTORS.find((vector) => vector.name === name)!;
}

describe("whole networks", () => {
  it("are there as the results are, and small", () => {
    expect(VECTORS.map(({ name }) => name)).toEqual([...NETWORK_RESULTS.keys()]);
    for (const { model } of VECTORS) {
      expect(statSync(join(packageRoot(), model)).size, model).toBeLessThan(LARGEST_FILE);
    }
  });

  it.each(VECTORS.map((vector) => [vector.name, vector] as const))(
    "%s: the maker's outputs within tolerance, the committed bits, gas and peak bytes",
    async (name, vector) => {
      const { mismatch, ...result } = await runNetwork(runtime, vector, read(vector));
      expect(mismatch).toBeUndefined();
      expect(result).toEqual(NETWORK_RESULTS.get(name));
    },
  );

  it("run or are refused, and a refusal names the node", () => {
    const refused = [...NETWORK_RESULTS].filter(([, { refusal }]) => refusal !== undefined);
    expect(refused.map(([name]) => name)).toEqual(["a detector with NonMaxSuppression"]);
    expect(refused[0]?.[1].refusal).toMatch(
      /^NonMaxSuppression chosen has .* shape depends on data/,
    );
    expect(refused.every(([name]) => find(name).cases.length === 0)).toBe(true);
  });
});

describe("a network that gives other numbers", () => {
  const name = "a recurrent network of LSTM and GRU";

  it("is found, by the case and the place", async () => {
    const vector = find(name);
    const [first, ...rest] = vector.cases;
    const [probs] = first!.outputs;
    const data = Buffer.from(probs!.data, "base64");
    data.writeFloatLE(data.readFloatLE(8) + 0.01, 8);
    const outputs = [{ ...probs!, data: data.toString("base64") }];
    const cases = [{ ...first!, outputs }, ...rest];
    const { mismatch } = await runNetwork(runtime, { ...vector, cases }, read(vector));
    expect(mismatch).toMatch(/^case 0: probs\[2\] is /);
  });

  it("has another digest when a number of its inputs is another", async () => {
    const vector = find(name);
    const [first, ...rest] = vector.cases;
    const [rows] = first!.inputs;
    const data = Buffer.from(rows!.data, "base64");
    data.writeFloatLE(data.readFloatLE(8) + 0.125, 8);
    const cases = [{ ...first!, inputs: [{ ...rows!, data: data.toString("base64") }] }, ...rest];
    const { digest } = await runNetwork(runtime, { ...vector, cases }, read(vector));
    expect(digest).not.toBe(NETWORK_RESULTS.get(name)?.digest);
  });
});
