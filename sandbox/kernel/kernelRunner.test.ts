import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  DataType,
  type Manifest,
  ValidationReport,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import {
  type KernelDraft,
  KernelShelf,
  TEST_SEED,
  outputText,
  testField,
  testVector,
  textInput,
} from "#test/harness/sandboxKernel.js";
import type { ExecutionOutcome } from "../executor.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import { KernelRunner } from "./kernelRunner.js";

/** Twice the input, twice over, so that there is a tensor in between. */
const DOUBLING = encodeModel({
  inputs: [{ name: "x", type: 1, dims: ["n"] }],
  outputs: [{ name: "y", type: 1 }],
  metadata: { "aivm.max.n": "16" },
  nodes: [
    { operator: "Add", inputs: ["x", "x"], outputs: ["t"] },
    { operator: "Add", inputs: ["t", "t"], outputs: ["y"] },
  ],
});

/** The sum of two inputs of equal length. */
const SUM = encodeModel({
  inputs: [
    { name: "x", type: 1, dims: ["n"] },
    { name: "z", type: 1, dims: ["m"] },
  ],
  outputs: [{ name: "y", type: 1 }],
  metadata: { "aivm.max.n": "16", "aivm.max.m": "16" },
  nodes: [{ operator: "Add", inputs: ["x", "z"], outputs: ["y"] }],
});

/** The element at an index, by a node with a name that reads like a lack of memory. */
const LOOKUP = encodeModel({
  inputs: [{ name: "x", type: DataType.INT64, dims: [1] }],
  outputs: [{ name: "y", type: DataType.FLOAT32 }],
  nodes: [{ operator: "Gather", inputs: ["w", "x"], outputs: ["y"], name: "decoder/memory" }],
  initializers: [{ name: "w", type: DataType.FLOAT32, dims: [3], data: new Uint8Array(12) }],
});

const VECTOR_FIELD = testField("x", DataType.FLOAT32, [3n]);
const SCALE = `export async function infer({ x }, aivm) {
  const { y } = await aivm.run("net", { x });
  return { x: y.data };
}`;

let shelf: KernelShelf;
let runner: KernelRunner;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  runner = new KernelRunner({ program: loadQuickJs(), runtime: new OnnxRuntime() }, shelf.folder);
});

afterAll(() => shelf.remove());

function key(manifest: Manifest): string {
  return toHex(manifestHash(manifest));
}

async function execute(
  draft: KernelDraft,
  input = textInput("hello"),
  workKey?: Uint8Array,
): Promise<ExecutionOutcome> {
  const manifest = await shelf.kernel(draft);
  const call = { input, seed: TEST_SEED };
  return runner.execute(
    key(manifest),
    manifest,
    workKey === undefined ? call : { ...call, workKey },
  );
}

function vectorInput(...elements: number[]): Uint8Array {
  const data = float32Data(elements);
  const dims = [BigInt(elements.length)];
  return ValueSet.encode({ values: [{ name: "x", dataType: DataType.FLOAT32, dims, data }] });
}

const SCALING: KernelDraft = {
  code: SCALE,
  models: { net: DOUBLING },
  inputs: [VECTOR_FIELD],
  outputs: [VECTOR_FIELD],
};

function statusOf(outcome: ExecutionOutcome): ReceiptStatus | string {
  return outcome.kind === "receipt" ? outcome.receipt.status : outcome.reason;
}

describe("an execution", () => {
  it("gives the output, its digest and size, and what it cost", async () => {
    const code = "export const infer = ({ text }) => ({ text: text.toUpperCase() });";
    const outcome = await execute({ code });
    if (outcome.kind !== "receipt") throw new Error(outcome.reason);
    expect(outputText(outcome.output)).toBe("HELLO");
    expect(outcome.receipt).toEqual({
      status: ReceiptStatus.OK,
      gasUsed: outcome.receipt.gasUsed,
      outputSize: BigInt(outcome.output.length),
      outputDigest: sha256(outcome.output),
      workDigest: new Uint8Array(0),
    });
    expect(outcome.receipt.gasUsed).toBeGreaterThan(0n);
  });

  it("runs models, and is the same each time, with a work digest only when asked", async () => {
    const outcomes = [
      await execute(SCALING, vectorInput(1, 2, 3)),
      await execute(SCALING, vectorInput(1, 2, 3)),
      await execute(SCALING, vectorInput(1, 2, 3), new Uint8Array(32).fill(5)),
      await execute(SCALING, vectorInput(1, 2, 3), new Uint8Array(32).fill(6)),
      await execute(SCALING, vectorInput(1, 2, 3), new Uint8Array(32).fill(5)),
    ];
    const receipts = outcomes.map((outcome) => {
      if (outcome.kind !== "receipt") throw new Error(outcome.reason);
      expect(outcome.output).toEqual(vectorInput(4, 8, 12));
      return outcome.receipt;
    });
    const works = receipts.map(({ workDigest }) => toHex(workDigest));
    expect(works.slice(0, 2)).toEqual(["", ""]);
    expect(works[2]).toMatch(/^[0-9a-f]{64}$/);
    expect(works[4]).toBe(works[2]);
    expect(works[3]).not.toBe(works[2]);
    const bare = receipts.map((receipt) =>
      toHex(Receipt.encode({ ...receipt, workDigest: new Uint8Array(0) })),
    );
    expect(new Set(bare).size).toBe(1);
  });

  it("draws from its seed", async () => {
    const manifest = await shelf.kernel({
      code: "export const infer = (i, aivm) => ({ text: String(aivm.random()) });",
    });
    const run = async (byte: number): Promise<string> => {
      const seed = new Uint8Array(32).fill(byte);
      const outcome = await runner.execute(key(manifest), manifest, { input: textInput(""), seed });
      return outcome.kind === "receipt" ? outputText(outcome.output) : outcome.reason;
    };
    expect(await run(1)).toBe(await run(1));
    expect(await run(2)).not.toBe(await run(1));
    expect(Number(await run(3))).toBeLessThan(1);
  });

  const failures: ReadonlyArray<readonly [string, KernelDraft, ReceiptStatus]> = [
    [
      "dims outside the model's bounds",
      { ...SCALING, code: SCALE.replace("{ x });", "{ x: new Float32Array(17) });") },
      ReceiptStatus.MODEL_ERROR,
    ],
    [
      "dims that the model cannot combine",
      {
        ...SCALING,
        code: "export const infer = (i, aivm) => aivm.run('net', { x: new Float32Array(2), z: new Float32Array(3) });",
        models: { net: SUM },
      },
      ReceiptStatus.MODEL_ERROR,
    ],
    [
      "an index that the model's tensor has not, in a node called memory",
      {
        ...SCALING,
        code: "export const infer = (i, aivm) => aivm.run('net', { x: BigInt64Array.of(9n) });",
        models: { net: LOOKUP },
      },
      ReceiptStatus.MODEL_ERROR,
    ],
    [
      "a NaN in the output",
      { ...SCALING, code: "export const infer = () => ({ x: Float32Array.of(1, NaN, 1) });" },
      ReceiptStatus.BAD_OUTPUT,
    ],
    [
      "an output of other dims",
      { ...SCALING, code: "export const infer = () => ({ x: new Float32Array(4) });" },
      ReceiptStatus.BAD_OUTPUT,
    ],
    [
      "a text longer than its field",
      { code: "export const infer = () => ({ text: 'x'.repeat(10001) });" },
      ReceiptStatus.BAD_OUTPUT,
    ],
    [
      "an output larger than the limit",
      { code: "export const infer = () => ({ text: 'xyz' });", limits: { outputBytes: 5n } },
      ReceiptStatus.OUTPUT_TOO_LARGE,
    ],
  ];

  it.each(failures)("ends with its status for %s", async (_, draft, status) => {
    const input = draft.inputs === undefined ? textInput("") : vectorInput(1, 2, 3);
    const outcome = await execute(draft, input);
    if (outcome.kind !== "receipt") throw new Error(outcome.reason);
    expect([outcome.receipt.status, outcome.detail]).toEqual([status, outcome.detail]);
    expect(outcome.receipt.outputSize).toBe(0n);
    expect(outcome.receipt.outputDigest.length).toBe(0);
    expect(outcome.output.length).toBe(0);
  });

  it("needs the gas that it uses to the last unit, models included", async () => {
    const whole = await execute(SCALING, vectorInput(1, 2, 3));
    if (whole.kind !== "receipt") throw new Error(whole.reason);
    const gas = whole.receipt.gasUsed;
    const exact = await execute({ ...SCALING, limits: { gas } }, vectorInput(1, 2, 3));
    expect(exact).toEqual(whole);
    for (const less of [1n, 90_000n, 300_000n, gas - 1n]) {
      const draft = { ...SCALING, limits: { gas: gas - less } };
      expect(await execute(draft, vectorInput(1, 2, 3))).toMatchObject({
        receipt: { status: ReceiptStatus.OUT_OF_GAS, gasUsed: gas - less },
      });
    }
  });

  it("has no receipt without its artifacts, with a wrong input, or with a model outside the profile", async () => {
    const manifest = await shelf.kernel({ code: "export const infer = () => ({ text: 'x' });" });
    const call = { input: textInput(""), seed: TEST_SEED };
    const missing = { ...manifest, inferenceCodeDigest: new Uint8Array(32) };
    expect(statusOf(await runner.execute("missing", missing, call))).toContain("is missing");
    const wrong = { ...call, input: vectorInput(1) };
    expect(statusOf(await runner.execute(key(manifest), manifest, wrong))).toContain(
      "declared fields",
    );
    const random = encodeModel({
      inputs: [{ name: "x", type: 1, dims: [1] }],
      outputs: [{ name: "y", type: 1 }],
      nodes: [{ operator: "RandomNormalLike", inputs: ["x"], outputs: ["y"] }],
    });
    const outcome = await execute({ ...SCALING, models: { net: random } }, vectorInput(1, 2, 3));
    expect(statusOf(outcome)).toContain("RandomNormalLike #0 is random");
  });

  it("outlives the versions that are loaded in between", async () => {
    const first = await execute(SCALING, vectorInput(1, 2, 3));
    for (let version = 0; version < 6; version++) {
      const code = `export const infer = () => ({ text: "${version}" });`;
      expect(statusOf(await execute({ code }))).toBe(ReceiptStatus.OK);
    }
    expect(await execute(SCALING, vectorInput(1, 2, 3))).toEqual(first);
  });
});

describe("a validation", () => {
  async function validate(draft: KernelDraft): Promise<ValidationReport> {
    const outcome = await runner.validate(await shelf.kernel(draft));
    if (outcome.kind !== "receipt") throw new Error(outcome.reason);
    expect(outcome.receipt.status).toBe(ReceiptStatus.OK);
    expect(outcome.receipt.outputDigest).toEqual(sha256(outcome.output));
    return ValidationReport.decodeCanonical(outcome.output);
  }

  const good = testVector(vectorInput(1, 2, 3), vectorInput(4, 8, 12));

  it("accepts a version whose vectors hold, and measures its models", async () => {
    const report = await validate({ ...SCALING, vectors: [good, good] });
    expect(report).toEqual({
      accepted: true,
      reason: "",
      bucketGas: [],
      modelGas: 100_000n + 2n * 2_000n + 8n * 3n * 2n,
      peakTensorBytes: 2n * 16n * 4n,
    });
  });

  const unbounded = encodeModel({
    inputs: [{ name: "x", type: 1, dims: ["n"] }],
    outputs: [{ name: "y", type: 1 }],
    nodes: [{ operator: "Relu", inputs: ["x"], outputs: ["y"] }],
  });
  const broken = encodeModel({
    inputs: [{ name: "x", type: 1, dims: [2, 3] }],
    outputs: [{ name: "y", type: 1 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "x"], outputs: ["y"] }],
  });
  const rejections: ReadonlyArray<readonly [string, Partial<KernelDraft>, string]> = [
    [
      "another output",
      { vectors: [good, testVector(vectorInput(1, 2, 3), vectorInput(0, 0, 0))] },
      "test vector 1 gives another output",
    ],
    [
      "a failing vector",
      { code: "export const infer = () => 1;", vectors: [good] },
      "test vector 0 ends with status 6",
    ],
    ["a malformed vector", { vectors: [Uint8Array.of(255)] }, "test vector 0 is malformed"],
    [
      "a vector of another schema",
      { vectors: [testVector(vectorInput(1, 2), vectorInput(1))] },
      "test vector 0: value has wrong dimensions",
    ],
    [
      "a vector with a short seed",
      { vectors: [testVector(vectorInput(1, 2, 3), vectorInput(4, 8, 12), new Uint8Array(3))] },
      "test vector 0 is malformed",
    ],
    [
      "a model without bounds",
      { models: { net: unbounded } },
      "input x has an unbounded dimension n",
    ],
    [
      "a model that makes no sense",
      { models: { net: broken } },
      "the model runtime refuses a model",
    ],
    [
      "a file that is no model",
      { models: { net: new Uint8Array(100).fill(7) } },
      "the model file has",
    ],
  ];

  it.each(rejections)("rejects a version with %s, with the reason", async (_, change, reason) => {
    const report = await validate({ ...SCALING, vectors: [good], ...change });
    expect(report).toMatchObject({ accepted: false, modelGas: 0n, peakTensorBytes: 0n });
    expect(report.reason).toContain(reason);
  });

  it("rejects a model that needs too much memory at its largest inputs", async () => {
    const wide = encodeModel({
      inputs: [{ name: "x", type: 1, dims: ["n"] }],
      outputs: [{ name: "y", type: 1 }],
      metadata: { "aivm.max.n": "8200" },
      nodes: [
        { operator: "Unsqueeze", inputs: ["x", "axis"], outputs: ["c"] },
        { operator: "Mul", inputs: ["x", "c"], outputs: ["m"] },
        { operator: "Softmax", inputs: ["m"], outputs: ["s"] },
        { operator: "ReduceMax", inputs: ["s"], outputs: ["y"] },
      ],
      initializers: [
        { name: "axis", type: 7, dims: [1], data: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) },
      ],
    });
    const outcome = await runner.validate(
      await shelf.kernel({ ...SCALING, models: { net: wide } }),
    );
    if (outcome.kind !== "receipt") throw new Error(outcome.reason);
    const report = ValidationReport.decode(outcome.output);
    expect(report.reason).toBe("model net needs 537920000 bytes of tensors");
  });

  it("keeps reasons printable and short", async () => {
    const name = `\u0007${"é".repeat(300)}`;
    const odd = encodeModel({
      inputs: [{ name: "x", type: 1, dims: [1] }],
      outputs: [{ name: "y", type: 1 }],
      nodes: [{ operator: "If", name, inputs: ["x"], outputs: ["y"] }],
    });
    const report = await validate({ ...SCALING, models: { net: odd } });
    expect(report.reason).toMatch(/^If \?+$/);
    expect(report.reason.length).toBe(200);
  });
});
