import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, type Manifest, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { KernelShelf, testField } from "#test/harness/sandboxKernel.js";
import type { ExecutionOutcome } from "../executor.js";
import { encodeModel, float32Data } from "../onnx/encodeModel.js";
import { EnginePools, type EnginePoolOptions } from "./enginePools.js";

const CODE = `
export async function infer({ x }, aivm) {
  const { y } = await aivm.run("net", { x });
  return { y };
}
`;

let shelf: KernelShelf;
let entry: string;
let manifest: Manifest;

beforeAll(async () => {
  shelf = await KernelShelf.open();
  entry = await buildSandboxChild();
  const net = encodeModel({
    inputs: [{ name: "x", type: DataType.FLOAT32, dims: [1, 2] }],
    outputs: [{ name: "y", type: DataType.FLOAT32 }],
    nodes: [{ operator: "MatMul", inputs: ["x", "w"], outputs: ["y"] }],
    initializers: [
      { name: "w", type: DataType.FLOAT32, dims: [2, 2], data: float32Data([1, 2, 3, 4]) },
    ],
  });
  manifest = await shelf.kernel({
    code: CODE,
    models: { net },
    inputs: [testField("x", DataType.FLOAT32, [1n, 2n])],
    outputs: [testField("y", DataType.FLOAT32, [1n, 2n])],
  });
});

afterAll(async () => {
  await shelf.remove();
  rmSync(entry, { force: true });
});

async function withPools<T>(
  work: (pools: EnginePools) => Promise<T>,
  options: Partial<EnginePoolOptions> = {},
): Promise<T> {
  const pools = new EnginePools({ artifactFolder: shelf.folder, entry, ...options });
  try {
    return await work(pools);
  } finally {
    await pools.close();
  }
}

const on = (modelEngine: Manifest["modelEngine"]): Manifest => ({ ...manifest, modelEngine });

function run(pools: EnginePools, kernel: Manifest): Promise<ExecutionOutcome> {
  const data = float32Data([10, 100]);
  const value = { name: "x", dataType: DataType.FLOAT32, dims: [1n, 2n], data };
  const input = ValueSet.encode({ values: [value] });
  return pools.execute({ manifest: kernel, input, seed: new Uint8Array(32) });
}

/** Numbers of an output, with its gas. */
function answerOf(outcome: ExecutionOutcome): readonly [numbers: number[], gas: bigint] {
  if (outcome.kind !== "receipt") throw new Error(outcome.reason);
  expect([outcome.receipt.status, outcome.detail]).toEqual([ReceiptStatus.OK, ""]);
  const [value] = ValueSet.decode(outcome.output).values;
  const bytes = value!.data.slice();
  return [[...new Float32Array(bytes.buffer)], outcome.receipt.gasUsed];
}

describe("the pools of a node", () => {
  it("offer both model engines, and each kernel runs on the one that it names, for the same gas", async () => {
    await withPools(async (pools) => {
      const [exact, native] = await Promise.all([
        run(pools, on(MODEL_ENGINE)),
        run(pools, on(NATIVE_ENGINE)),
      ]);
      expect(answerOf(native)).toEqual(answerOf(exact));
      expect(answerOf(native)[0]).toEqual([310, 420]);
      expect(pools.processIds()).toHaveLength(2);
      expect(pools.usage.loads).toBe(2);
      expect(await pools.engines()).toEqual([MODEL_ENGINE, CODE_ENGINE, NATIVE_ENGINE]);
      expect(await pools.nativeProblem()).toBeUndefined();
    });
  }, 60_000);

  it("take tasks of both engines together and answer in their order", async () => {
    await withPools(async (pools) => {
      const input = new Uint8Array(0);
      const task = (kernel: Manifest) => ({ manifest: kernel, input, seed: new Uint8Array(32) });
      const outcomes = await pools.executeMany([on(MODEL_ENGINE), on(NATIVE_ENGINE)].map(task));
      expect(outcomes.map(({ kind }) => kind)).toEqual(["noReceipt", "noReceipt"]);
      expect(await pools.executeMany([])).toEqual([]);
    });
  }, 60_000);

  it("lose an execution to a native process that aborts, and no other", async () => {
    await withPools(async (pools) => {
      const [exact] = await Promise.all([
        run(pools, on(MODEL_ENGINE)),
        run(pools, on(NATIVE_ENGINE)),
      ]);
      const others = new Set(pools.processIds());
      const [native = 0] = [...others].slice(-1);
      process.kill(native, "SIGSTOP");
      const lost = run(pools, on(NATIVE_ENGINE));
      const kept = await run(pools, on(MODEL_ENGINE));
      process.kill(native, "SIGABRT");
      process.kill(native, "SIGCONT");
      expect(await lost).toMatchObject({
        kind: "noReceipt",
        reason: expect.stringContaining("ended with SIGABRT") as string,
      });
      expect(answerOf(kept)).toEqual(answerOf(exact));
      expect(answerOf(await run(pools, on(NATIVE_ENGINE)))).toEqual(answerOf(exact));
    });
  }, 60_000);

  it("say why there is no native engine, and serve every other kernel", async () => {
    await withPools(
      async (pools) => {
        expect(await pools.engines()).toEqual([MODEL_ENGINE, CODE_ENGINE]);
        expect(await pools.nativeProblem()).toBe("it is switched off");
        expect(answerOf(await run(pools, on(MODEL_ENGINE)))[0]).toEqual([310, 420]);
        const refused = await run(pools, on(NATIVE_ENGINE));
        expect(refused).toMatchObject({ kind: "noReceipt" });
        expect(refused.kind === "noReceipt" && refused.reason).toContain("switched off");
        expect(await pools.validate({ manifest: on(NATIVE_ENGINE) })).toEqual(refused);
      },
      { native: false },
    );
  }, 60_000);
});
