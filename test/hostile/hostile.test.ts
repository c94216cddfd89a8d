import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { DataType, ValidationReport, ValueSet } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import type { ExecutionOutcome, ExecutionTask } from "#sandbox/executor.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import {
  KernelShelf,
  TEST_SEED,
  outputText,
  testField,
  testVector,
  textInput,
} from "#test/harness/sandboxKernel.js";
import {
  ABORTS_ITS_RUNTIME,
  BENIGN_INPUT,
  BENIGN_OUTPUT,
  HOSTILE_KERNELS,
  type HostileKernel,
  REJECTED_KERNELS,
  hostileDraft,
} from "./kernels.js";

let entry: string;
let shelf: KernelShelf;
let pool: SandboxPool;
/** A second host: the other compiler of V8. */
let other: SandboxPool;
let honest: ExecutionTask;

beforeAll(async () => {
  entry = await buildSandboxChild();
  shelf = await KernelShelf.open();
  pool = new SandboxPool({ artifactFolder: shelf.folder, entry });
  other = new SandboxPool({ artifactFolder: shelf.folder, entry, flags: ["--liftoff-only"] });
  const code = "export const infer = ({ text }, aivm) => ({ text: text + aivm.random() });";
  honest = await task({ code }, "honest ");
});

afterAll(async () => {
  await Promise.all([pool.close(), other.close()]);
  await shelf.remove();
  await rm(entry);
});

async function task(
  draft: Parameters<KernelShelf["kernel"]>[0],
  input: string,
): Promise<ExecutionTask> {
  return { manifest: await shelf.kernel(draft), input: textInput(input), seed: TEST_SEED };
}

async function attack(kernel: HostileKernel): Promise<ExecutionTask> {
  return task(hostileDraft(kernel), "attack");
}

/** All that validators must agree on, and what the author is told. */
function describeOutcome(outcome: ExecutionOutcome): string {
  if (outcome.kind === "noReceipt") return `no receipt: ${outcome.reason}`;
  return `${toHex(Receipt.encode(outcome.receipt))} ${outcome.detail}`;
}

function receiptOf(outcome: ExecutionOutcome): { status: ReceiptStatus; text: string } {
  if (outcome.kind === "noReceipt") return { status: 0, text: outcome.reason };
  const { status } = outcome.receipt;
  return {
    status,
    text: status === ReceiptStatus.OK ? outputText(outcome.output) : outcome.detail,
  };
}

describe("a hostile kernel", () => {
  it.each(HOSTILE_KERNELS)("has its verdict, on every host alike: $name", async (kernel) => {
    const attacked = await attack(kernel);
    const before = await pool.execute(honest);
    const [here, again, there] = await Promise.all([
      pool.execute(attacked),
      pool.execute(attacked),
      other.execute(attacked),
    ]);
    const { status, text } = receiptOf(here);
    expect([status, text]).toEqual([kernel.verdict.status, text]);
    expect(text).toContain(kernel.verdict.text ?? "");
    expect(describeOutcome(again)).toBe(describeOutcome(here));
    expect(describeOutcome(there)).toBe(describeOutcome(here));
    expect(await pool.execute(honest)).toEqual(before);
  });

  it("passes validation all the same, because its vector does not attack", async () => {
    const vector = testVector(textInput(BENIGN_INPUT), textInput(BENIGN_OUTPUT));
    const manifests = await Promise.all(
      HOSTILE_KERNELS.map((kernel) => shelf.kernel({ ...hostileDraft(kernel), vectors: [vector] })),
    );
    const outcomes = await Promise.all(manifests.map((manifest) => pool.validate({ manifest })));
    for (const [index, outcome] of outcomes.entries()) {
      const report = outcome.kind === "receipt" && ValidationReport.decode(outcome.output);
      expect(report, HOSTILE_KERNELS[index]?.name).toMatchObject({ accepted: true });
    }
  });

  it("costs no other version a thing when all are run at once", async () => {
    const tasks = [];
    for (const kernel of HOSTILE_KERNELS) tasks.push(await attack(kernel), honest);
    const outcomes = await other.executeMany(tasks);
    const expected = describeOutcome(await pool.execute(honest));
    for (let index = 1; index < outcomes.length; index += 2) {
      expect(describeOutcome(outcomes[index]!)).toBe(expected);
    }
  });

  it("whose model traps in its runtime gets no receipt, and a new process takes over", async () => {
    const expected = describeOutcome(await pool.execute(honest));
    const pids = pool.processIds();
    const outcomes = await pool.executeMany([await attack(ABORTS_ITS_RUNTIME), honest]);
    expect(describeOutcome(outcomes[0]!)).toContain("no receipt: the model runtime failed");
    expect(describeOutcome(outcomes[1]!)).toBe(expected);
    expect(pool.processIds()).not.toEqual(pids);
  });
});

describe("a version that is hostile to its validation", () => {
  const vector = testVector(textInput(BENIGN_INPUT), textInput(BENIGN_OUTPUT));

  it.each(REJECTED_KERNELS)("is rejected on every host alike: $name", async ({ draft, reason }) => {
    const manifest = await shelf.kernel({ ...draft, vectors: [vector] });
    const [here, there] = await Promise.all([
      pool.validate({ manifest }),
      other.validate({ manifest }),
    ]);
    expect(describeOutcome(there)).toBe(describeOutcome(here));
    if (here.kind !== "receipt") throw new Error(here.reason);
    const report = ValidationReport.decodeCanonical(here.output);
    expect(report).toMatchObject({ accepted: false });
    expect(report.reason).toContain(reason);
  });
});

describe("an output of floats", () => {
  const field = testField("x", DataType.FLOAT32, [1n]);

  async function bitsOf(expression: string, allowNonFinite: boolean): Promise<string> {
    const code = `export const infer = (input, aivm) => ({ x: ${expression} });`;
    const outputs = [{ ...field, allowNonFinite }];
    const outcome = await pool.execute(await task({ code, outputs }, ""));
    if (outcome.kind !== "receipt") return outcome.reason;
    const { status } = outcome.receipt;
    if (status !== ReceiptStatus.OK) return `status ${status}`;
    return toHex(ValueSet.decode(outcome.output).values[0]!.data);
  }

  const strangeNan = "(() => new Float32Array(Uint32Array.of(0xffc12345).buffer))()";

  it.each([
    ["NaN", "Float32Array.of(NaN)", false, "status 6"],
    ["an infinity", "Float32Array.of(1e39)", false, "status 6"],
    ["a NaN that is allowed", "Float32Array.of(NaN)", true, "0000c07f"],
    ["a NaN of strange bits", strangeNan, true, "0000c07f"],
    ["a negative zero", "Float32Array.of(-0)", false, "00000080"],
    ["an array of another length", "Float32Array.of(1, 2)", false, "status 6"],
    ["a proxy of an array", "new Proxy(Float32Array.of(1), {})", false, "status 6"],
    ["dims that lie", "aivm.tensor(Float32Array.of(1), [2])", false, "status 6"],
  ])("of %s is %s → %s", async (_, expression, allowed, expected) => {
    expect(await bitsOf(expression, allowed)).toBe(expected);
  });
});
