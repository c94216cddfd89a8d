import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  AggregationKind,
  DataType,
  type Manifest,
  TestVector,
  ValidationReport,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { KernelShelf, testField } from "#test/harness/sandboxKernel.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import { KernelRunner } from "./kernelRunner.js";
import { findBrokenPromise, findDeparture } from "./promisedOutput.js";

const SEED = new Uint8Array(32);
const OUTPUTS = [
  testField("label", DataType.INT64, [1n]),
  testField("probs", DataType.INT32, [2n]),
];
const CODE = `export const infer = ({ x }) => ({
  label: BigInt64Array.of(1n), probs: Int32Array.of(x[0], 1_000_000 - x[0]) });`;

let shelf: KernelShelf;
let runner: KernelRunner;
let near: Manifest;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  runner = new KernelRunner({ program: loadQuickJs(), runtime: new OnnxRuntime() }, shelf.folder);
  const inputs = [testField("x", DataType.INT32, [1n])];
  const exact = await shelf.kernel({ code: CODE, inputs, outputs: OUTPUTS });
  const { aggregation } = exact;
  const kind = AggregationKind.DISTRIBUTION;
  near = { ...exact, aggregation: { ...aggregation, kind, epsilonMillionths: 10_000n } };
});

afterAll(() => shelf.remove());

function output(label: number, first: number): Uint8Array {
  const integers = new Uint8Array(Int32Array.of(first, 1_000_000 - first).buffer);
  return ValueSet.encode({
    values: [
      {
        name: "label",
        dataType: DataType.INT64,
        dims: [1n],
        data: new Uint8Array(BigInt64Array.of(BigInt(label)).buffer),
      },
      { name: "probs", dataType: DataType.INT32, dims: [2n], data: integers },
    ],
  });
}

function vector(promised: Uint8Array, change: Partial<TestVector> = {}): TestVector {
  const data = new Uint8Array(Int32Array.of(600_000).buffer);
  const input = { values: [{ name: "x", dataType: DataType.INT32, dims: [1n], data }] };
  const outputDigest = sha256(promised);
  return { input, seed: SEED, outputDigest, output: promised, ...change };
}

/** What the validation job says of the kernel with one vector. */
async function reasonOf(manifest: Manifest, promise: TestVector): Promise<string> {
  const testVectors = [await shelf.put(TestVector.encode(promise))];
  const outcome = await runner.validate({ ...manifest, testVectors });
  if (outcome.kind !== "receipt") return outcome.reason;
  const { accepted, reason } = ValidationReport.decode(outcome.output);
  return accepted ? "accepted" : reason;
}

describe("a test vector of a kernel that aggregates by distribution", () => {
  it.each([
    ["the very output", 1, 600_000, "accepted"],
    ["one as far as the tolerance", 1, 610_000, "accepted"],
    [
      "one farther away",
      1,
      610_001,
      "test vector 0 gives an output farther than the tolerance from the promised one",
    ],
    [
      "another label",
      2,
      600_000,
      "test vector 0 gives an output farther than the tolerance from the promised one",
    ],
  ])("that promises %s is judged by nearness", async (_name, label, first, verdict) => {
    expect(await reasonOf(near, vector(output(label, first)))).toBe(verdict);
  });

  it("carries the output that it promises, of the digest that it says, and one that fits", async () => {
    const promised = output(1, 600_000);
    const nonsense = Uint8Array.of(9, 9);
    const cases: ReadonlyArray<readonly [TestVector, string]> = [
      [vector(promised, { output: new Uint8Array(0) }), "carries no output to be near to"],
      [vector(promised, { outputDigest: SEED }), "carries an output of another digest"],
      [vector(nonsense), "carries an output that does not fit the manifest"],
    ];
    for (const [promise, reason] of cases) {
      expect(findBrokenPromise(near, promise)).toBe(reason);
      expect(await reasonOf(near, promise)).toBe(`test vector 0 ${reason}`);
    }
  });
});

describe("a test vector of any other kernel", () => {
  const exact = (): Manifest => ({
    ...near,
    aggregation: { ...near.aggregation, kind: AggregationKind.EXACT, epsilonMillionths: 0n },
  });

  it("promises the very bytes by their digest alone", async () => {
    const promised = output(1, 600_000);
    const bare = { output: new Uint8Array(0) };
    expect(await reasonOf(exact(), vector(promised, bare))).toBe("accepted");
    expect(await reasonOf(exact(), vector(output(1, 600_001), bare))).toBe(
      "test vector 0 gives another output",
    );
    expect(findDeparture(exact(), vector(promised), promised)).toBeUndefined();
    expect(await reasonOf(exact(), vector(promised))).toBe(
      "test vector 0 carries an output, which only its digest may stand for",
    );
  });
});
