import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { KernelShelf, TEST_SEED, testField, textInput } from "#test/harness/sandboxKernel.js";
import { ENDLESS_CODE, someRounds } from "#test/hostile/builtins.js";
import { RECURSION } from "#test/hostile/recursion.js";
import { irregularFloats } from "../conformance/operatorGroups.js";
import type { ExecutionOutcome, ExecutionTask } from "../executor.js";
import { KernelRunner } from "../kernel/kernelRunner.js";
import { OnnxRuntime } from "../onnx/runtime.js";
import { loadQuickJs } from "../quickjs/binary.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { SandboxPool } from "./sandboxPool.js";

const NETWORK = encodeModel({
  inputs: [{ name: "x", type: 1, dims: [1, 16] }],
  outputs: [{ name: "y", type: 1 }],
  nodes: [
    { operator: "MatMul", inputs: ["x", "w"], outputs: ["m"] },
    { operator: "Tanh", inputs: ["m"], outputs: ["t"] },
    { operator: "Softmax", inputs: ["t"], outputs: ["y"] },
  ],
  initializers: [
    { name: "w", type: 1, dims: [16, 16], data: float32Data(irregularFloats(256, 3)) },
  ],
});

const MIXED = `export async function infer({ x }, aivm) {
  let state = x;
  for (let round = 0; round < 5; round++) {
    const { y } = await aivm.run("net", { x: { dims: [1, 16], data: state } });
    state = y.data.map((value) => Math.sin(value * 7) + aivm.random() - Math.log1p(value));
  }
  return { x: state };
}`;

const STATUSES = [
  ReceiptStatus.OK,
  ReceiptStatus.EXCEPTION,
  ReceiptStatus.STACK_OVERFLOW,
  ReceiptStatus.OUT_OF_GAS,
  ReceiptStatus.OUT_OF_MEMORY,
];

/** The default, both compilers alone, and less stack than V8 grants by itself. */
const FLAGS: ReadonlyArray<readonly string[]> = [
  [],
  ["--liftoff-only"],
  ["--no-liftoff"],
  ["--stack-size=800"],
];

let entry: string;
let shelf: KernelShelf;
let tasks: ExecutionTask[];

beforeAll(async () => {
  entry = await buildSandboxChild();
  shelf = await KernelShelf.open();
  tasks = [];
  const bodies = [...RECURSION.map(([, body]) => body), ...ENDLESS_CODE.map(someRounds)];
  for (const body of bodies) {
    const code = `export async function infer() { ${body} ; return { text: "through" }; }`;
    const manifest = await shelf.kernel({ code, limits: { gas: 100_000_000n } });
    tasks.push({ manifest, input: textInput(""), seed: TEST_SEED });
  }
  const field = testField("x", DataType.FLOAT32, [1n, 16n]);
  const draft = { code: MIXED, models: { net: NETWORK }, inputs: [field], outputs: [field] };
  const data = float32Data(irregularFloats(16, 9));
  const values = [{ name: "x", dataType: DataType.FLOAT32, dims: [1n, 16n], data }];
  const manifest = await shelf.kernel(draft);
  const mixed = { manifest, input: ValueSet.encode({ values }), seed: TEST_SEED };
  tasks.push(mixed, { ...mixed, workKey: TEST_SEED });
});

afterAll(async () => {
  await shelf.remove();
  await rm(entry);
});

async function run(flags: readonly string[], order: readonly ExecutionTask[]): Promise<string[]> {
  const pool = new SandboxPool({ artifactFolder: shelf.folder, entry, flags });
  try {
    return (await pool.executeMany(order)).map(describeOutcome);
  } finally {
    await pool.close();
  }
}

/** The same in this process. */
async function runHere(order: readonly ExecutionTask[]): Promise<string[]> {
  const engines = { program: loadQuickJs(), runtime: new OnnxRuntime() };
  const runner = new KernelRunner(engines, shelf.folder);
  const texts: string[] = [];
  for (const { manifest, ...call } of order) {
    texts.push(
      describeOutcome(await runner.execute(toHex(manifestHash(manifest)), manifest, call)),
    );
  }
  return texts;
}

function describeOutcome(outcome: ExecutionOutcome): string {
  if (outcome.kind === "noReceipt") return outcome.reason;
  return `${outcome.receipt.status} ${toHex(Receipt.encode(outcome.receipt))} ${outcome.detail}`;
}

describe("receipts", () => {
  it("are the same under every compiler of V8, every stack size, and in every order", async () => {
    const [reference = [], ...others] = await Promise.all(FLAGS.map((flags) => run(flags, tasks)));
    for (const [index, text] of reference.entries()) {
      expect(Number(text.split(" ")[0]), `task ${index}`).toSatisfy((status) =>
        STATUSES.some((expected) => expected === status),
      );
    }
    expect(reference.slice(-2).every((text) => text.startsWith("1 "))).toBe(true);
    for (const other of others) expect(other).toEqual(reference);
    expect((await run([], tasks.toReversed())).toReversed()).toEqual(reference);
    expect(await runHere(tasks)).toEqual(reference);
  }, 180_000);

  it.each([["--liftoff-only"], ["--no-liftoff"]])(
    "of the conformance vectors are the same under %s",
    async (flag) => {
      const pool = new SandboxPool({ artifactFolder: shelf.folder, entry, flags: [flag] });
      try {
        expect(await pool.checkConformance()).toEqual({ conforms: true });
      } finally {
        await pool.close();
      }
    },
  );
});
