import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  type Bucket,
  DataType,
  type Manifest,
  ValidationReport,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { KernelShelf, TEST_SEED, testField, testVector } from "#test/harness/sandboxKernel.js";
import type { ExecutionOutcome } from "../executor.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import { BucketGas } from "./bucketGas.js";
import { KernelRunner } from "./kernelRunner.js";

const BOUND = 100_000_000n;

/** Takes some tens of gas for each byte; 255 anywhere makes it go on for ever. */
const CODE = `export const infer = ({ tokens }) => {
  let sum = 0;
  for (const token of tokens) {
    sum += token;
    while (token === 255) sum++;
  }
  return { sum: Int32Array.of(sum) };
};`;

let shelf: KernelShelf;
let runner: KernelRunner;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  runner = new KernelRunner({ program: loadQuickJs(), runtime: new OnnxRuntime() }, shelf.folder);
});

afterAll(() => shelf.remove());

function tokens(...data: number[]): Uint8Array {
  const dims = [BigInt(data.length)];
  const value = { name: "tokens", dataType: DataType.UINT8, dims, data: Uint8Array.from(data) };
  return ValueSet.encode({ values: [value] });
}

function ones(count: number): Uint8Array {
  return tokens(...new Array<number>(count).fill(1));
}

/** A vector of so many ones, whose sum they are. */
function vector(count: number): Uint8Array {
  const data = Uint8Array.of(count & 0xff, count >> 8, 0, 0);
  const value = { name: "sum", dataType: DataType.INT32, dims: [1n], data };
  return testVector(ones(count), ValueSet.encode({ values: [value] }));
}

async function kernel(
  buckets: Bucket[],
  vectors: readonly Uint8Array[] = [],
  code = CODE,
): Promise<Manifest> {
  const shape = [{ minimum: 1n, maximum: 4_096n }];
  const manifest = await shelf.kernel({
    code,
    inputs: [{ ...testField("tokens", DataType.UINT8), shape }],
    outputs: [testField("sum", DataType.INT32, [1n])],
    limits: { gas: BOUND },
    vectors,
  });
  return { ...manifest, buckets };
}

async function run(manifest: Manifest, input: Uint8Array): Promise<ExecutionOutcome> {
  return runner.execute(toHex(manifestHash(manifest)), manifest, { input, seed: TEST_SEED });
}

async function used(manifest: Manifest, input: Uint8Array): Promise<readonly [number, bigint]> {
  const outcome = await run(manifest, input);
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  return [outcome.receipt.status, outcome.receipt.gasUsed];
}

async function validate(manifest: Manifest): Promise<ValidationReport> {
  const outcome = await runner.validate(manifest);
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  return ValidationReport.decode(outcome.output);
}

const TWO: Bucket[] = [
  { extents: [4n], gas: 2_000_000n },
  { extents: [64n], gas: 5_000_000n },
];

describe("an execution of a kernel with buckets", () => {
  it.each([
    [[255], 2_000_000n],
    [[1, 1, 1, 1, 255], 5_000_000n],
    [[...new Array<number>(64).fill(1), 255], BOUND],
  ])("stops at the gas of the bucket of its input", async (data, limit) => {
    const manifest = await kernel(TWO);
    expect(await used(manifest, tokens(...data))).toEqual([ReceiptStatus.OUT_OF_GAS, limit]);
  });

  it("costs the same in whichever bucket, in a fresh realm and after others", async () => {
    const [, plain] = await used(await kernel([]), ones(3));
    const manifest = await kernel(TWO);
    expect(await used(manifest, ones(3))).toEqual([ReceiptStatus.OK, plain]);
    await used(manifest, tokens(1, 255));
    await used(manifest, ones(70));
    expect(await used(manifest, ones(3))).toEqual([ReceiptStatus.OK, plain]);
  });

  it("ends at exactly what it takes, one gas less is too little", async () => {
    const [, exact] = await used(await kernel([]), ones(4));
    const fits = await kernel([{ extents: [4n], gas: exact }]);
    expect(await used(fits, ones(4))).toEqual([ReceiptStatus.OK, exact]);
    const lacks = await kernel([{ extents: [4n], gas: exact - 1n }]);
    expect(await used(lacks, ones(4))).toEqual([ReceiptStatus.OUT_OF_GAS, exact - 1n]);
  });

  it("is over before it begins where a bucket has not the gas that loading the code takes", async () => {
    const manifest = await kernel([{ extents: [4n], gas: 100n }]);
    expect(await used(manifest, ones(1))).toEqual([ReceiptStatus.OUT_OF_GAS, 100n]);
    expect((await used(manifest, ones(5)))[0]).toBe(ReceiptStatus.OK);
  });
});

describe("the validation of a kernel with buckets", () => {
  it("measures each bucket by its costliest vector, what is beyond them last", async () => {
    const manifest = await kernel(TWO, [vector(2), vector(4), vector(40), vector(300), vector(3)]);
    const report = await validate(manifest);
    expect(report).toMatchObject({ accepted: true, reason: "" });
    const plain = await kernel([]);
    const gas = await Promise.all([4, 40, 300].map((count) => used(plain, ones(count))));
    expect(report.bucketGas).toEqual(gas.map(([, one]) => one));
  });

  it("says nothing of buckets where there are none", async () => {
    expect(await validate(await kernel([], [vector(2)]))).toMatchObject({
      accepted: true,
      bucketGas: [],
    });
  });

  it.each([
    [[vector(2), vector(70)], "no test vector is in bucket tokens=64"],
    [[vector(2), vector(40)], "no test vector is in bound tokens=4096"],
    [[vector(40), vector(70)], "no test vector is in bucket tokens=4"],
  ])("rejects it when a bucket is not measured", async (vectors, reason) => {
    expect(await validate(await kernel(TWO, vectors))).toMatchObject({ accepted: false, reason });
  });

  it("rejects it when a vector takes more than its bucket has, and says which", async () => {
    const narrow = [
      { extents: [4n], gas: 1n },
      { extents: [64n], gas: 5_000_000n },
    ];
    const vectors = [vector(40), vector(2), vector(70)];
    expect(await validate(await kernel(narrow, vectors))).toMatchObject({
      accepted: false,
      reason: "test vector 1 takes more than the 1 gas of bucket tokens=4",
      bucketGas: [],
    });
  });
});

describe("what was measured of buckets", () => {
  it("names the first that was not, and is the most of each", async () => {
    const measured = new BucketGas(await kernel(TWO));
    expect(measured.unmeasured).toBe("bucket tokens=4");
    measured.observe(0, 7n);
    measured.observe(0, 5n);
    measured.observe(2, 9n);
    expect(measured.unmeasured).toBe("bucket tokens=64");
    expect(measured.report).toEqual([7n, 0n, 9n]);
  });
});
