import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import {
  Adapter,
  DataType,
  type Manifest,
  ValidationReport,
  ValueSet,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import {
  type KernelDraft,
  KernelShelf,
  TEST_SEED,
  testField,
  testVector,
} from "#test/harness/sandboxKernel.js";
import { irregularFloats } from "../conformance/operatorGroups.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import type { ReceiptOutcome } from "../receipts.js";
import { KernelRunner } from "./kernelRunner.js";

const SIDE = 144;
const RANK = 2;
const FIELD = testField("x", DataType.FLOAT32, [1n, BigInt(SIDE)]);

/** So large that the runtime takes the weights from the file itself. */
function network(weights: readonly number[]): Uint8Array {
  return encodeModel({
    inputs: [{ name: "x", type: 1, dims: [1, SIDE] }],
    outputs: [{ name: "y", type: 1 }],
    nodes: [
      { operator: "MatMul", inputs: ["x", "w"], outputs: ["m"] },
      { operator: "Tanh", inputs: ["m"], outputs: ["t"] },
      { operator: "Add", inputs: ["t", "x"], outputs: ["y"] },
    ],
    initializers: [{ name: "w", type: 1, dims: [SIDE, SIDE], data: float32Data(weights) }],
  });
}

const WEIGHTS = irregularFloats(SIDE * SIDE, 1).map(Math.fround);
const A = irregularFloats(RANK * SIDE, 2).map(Math.fround);
const B = irregularFloats(SIDE * RANK, 3).map(Math.fround);

function adapter(tensor = "w"): Uint8Array {
  const scale = float32Data([0.25]);
  const factors = { a: float32Data(A), b: float32Data(B) };
  return Adapter.encode({ format: 1, deltas: [{ tensor, rank: RANK, scale, ...factors }] });
}

const MERGED = WEIGHTS.map((weight, place) => {
  const [row, column] = [Math.floor(place / SIDE), place % SIDE];
  let sum = 0;
  for (let k = 0; k < RANK; k++) {
    sum = Math.fround(sum + Math.fround(B[row * RANK + k]! * A[k * SIDE + column]!));
  }
  return Math.fround(weight + Math.fround(0.25 * sum));
});

const CODE = `import { twice } from "lib:numbers";
export async function infer({ x }, aivm) {
  const { y } = await aivm.run("net", { x });
  const shift = aivm.data("shift")[0];
  return { x: y.data.map((value) => twice(value) + shift) };
}`;

const DRAFT: KernelDraft = {
  code: CODE,
  models: { net: network(WEIGHTS) },
  adapters: { net: adapter() },
  libraries: { numbers: "export const twice = (value) => Math.fround(value + value);" },
  data: { shift: Uint8Array.of(3) },
  inputs: [FIELD],
  outputs: [FIELD],
};

/** The same without the adapter. */
const PLAIN: KernelDraft = { ...DRAFT, adapters: {} };

let shelf: KernelShelf;
let runner: KernelRunner;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  runner = new KernelRunner({ program: loadQuickJs(), runtime: new OnnxRuntime() }, shelf.folder);
});

afterAll(() => shelf.remove());

const input = ValueSet.encode({
  values: [
    {
      name: "x",
      dataType: DataType.FLOAT32,
      dims: [1n, BigInt(SIDE)],
      data: float32Data(irregularFloats(SIDE, 9)),
    },
  ],
});

async function execute(draft: KernelDraft, workKey?: Uint8Array): Promise<ReceiptOutcome> {
  const manifest: Manifest = await shelf.kernel(draft);
  const call = { input, seed: TEST_SEED, ...(workKey === undefined ? {} : { workKey }) };
  const outcome = await runner.execute(toHex(manifestHash(manifest)), manifest, call);
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  return outcome;
}

async function validate(draft: KernelDraft): Promise<ValidationReport> {
  const outcome = await runner.validate(await shelf.kernel(draft));
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  return ValidationReport.decode(outcome.output);
}

describe("a version with an adapter, a library and data", () => {
  it("has the receipt of the version with the merged model, gas included", async () => {
    const adapted = await execute(DRAFT);
    expect(adapted.receipt.status).toBe(ReceiptStatus.OK);
    expect(await execute({ ...PLAIN, models: { net: network(MERGED) } })).toEqual(adapted);
    expect((await execute(PLAIN)).output).not.toEqual(adapted.output);
  });

  it("shows in an escalation tensors of the adapted model, the same each time", async () => {
    const workKey = new Uint8Array(32).fill(5);
    const [first, again] = [await execute(DRAFT, workKey), await execute(DRAFT, workKey)];
    expect(first.receipt.workDigest).toHaveLength(32);
    expect(again).toEqual(first);
    const other = await execute(
      { ...PLAIN, adapters: { net: adapter() }, data: { shift: Uint8Array.of(9) } },
      workKey,
    );
    expect(other.receipt.workDigest).toEqual(first.receipt.workDigest);
    expect((await execute(PLAIN, workKey)).receipt.workDigest).not.toEqual(
      first.receipt.workDigest,
    );
  });

  it("is accepted by its validation job, as its files on disk are never changed", async () => {
    const { output } = await execute(DRAFT);
    const vectors = [testVector(input, output)];
    expect(await validate({ ...DRAFT, vectors })).toMatchObject({ accepted: true, reason: "" });
    expect(await validate({ ...DRAFT, vectors })).toMatchObject({ accepted: true, reason: "" });
  });

  const rejections: ReadonlyArray<readonly [string, Partial<KernelDraft>, string]> = [
    [
      "an adapter that is none",
      { adapters: { net: utf8("x") } },
      "adapter of model net: it is no adapter file",
    ],
    [
      "an adapter of another tensor",
      { adapters: { net: adapter("v") } },
      "adapter of model net: tensor v is not a constant of the model",
    ],
    [
      "a library that does not load",
      { libraries: { numbers: "export const = 1;" } },
      "test vector 0 ends with status 5",
    ],
    ["a library that is not there", { libraries: {} }, "test vector 0 ends with status 5"],
    ["data that are not there", { data: {} }, "test vector 0 ends with status 5"],
    ["other data", { data: { shift: Uint8Array.of(4) } }, "test vector 0 gives another output"],
  ];

  it.each(rejections)("is rejected for %s, with the reason", async (_, change, reason) => {
    const { output } = await execute(DRAFT);
    const report = await validate({ ...DRAFT, vectors: [testVector(input, output)], ...change });
    expect(report).toMatchObject({ accepted: false, reason });
  });
});
