import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Receipt, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { manifestHash } from "#modules/kernel/types/manifest.js";
import type { ExecutionOutcome, ExecutionTask } from "#sandbox/executor.js";
import { KernelRunner } from "#sandbox/kernel/kernelRunner.js";
import { OnnxRuntime } from "#sandbox/onnx/runtime.js";
import { loadQuickJs } from "#sandbox/quickjs/binary.js";
import { SandboxPool } from "#sandbox/worker/sandboxPool.js";
import { buildSandboxChild } from "#test/harness/sandboxChild.js";
import { KernelShelf, TEST_SEED, textInput } from "#test/harness/sandboxKernel.js";
import { generator } from "./generator.js";
import { randomScript } from "./scriptGrammar.js";

const FULL = process.env["AIVM_TEST_COUNTS"] === "full";
const SEED = Number(process.env["AIVM_FUZZ_SEED"] ?? 20_261_128);
const SCRIPTS = FULL ? 3_000 : 200;
/** Executions in one go of a pool. */
const CHUNK = 50;
const GAS_LIMIT = 20_000_000n;

let entry: string;
let shelf: KernelShelf;
let pool: SandboxPool;
let runner: KernelRunner;

beforeAll(async () => {
  entry = await buildSandboxChild();
  shelf = await KernelShelf.open();
  pool = new SandboxPool({ artifactFolder: shelf.folder, entry, flags: ["--liftoff-only"] });
  runner = newRunner();
});

afterAll(async () => {
  await pool.close();
  await shelf.remove();
  await rm(entry);
});

function newRunner(): KernelRunner {
  return new KernelRunner({ program: loadQuickJs(), runtime: new OnnxRuntime() }, shelf.folder);
}

async function run({ manifest, ...call }: ExecutionTask): Promise<ExecutionOutcome> {
  return runner.execute(toHex(manifestHash(manifest)), manifest, call);
}

function describeOutcome(outcome: ExecutionOutcome): string {
  if (outcome.kind === "noReceipt") return `no receipt: ${outcome.reason}`;
  return `${toHex(Receipt.encode(outcome.receipt))} ${toHex(outcome.output)} ${outcome.detail}`;
}

describe(`random scripts (seed ${SEED}, ${SCRIPTS} of them)`, () => {
  it("have the same receipts in two engines, fresh and warm", async () => {
    const next = generator(SEED);
    const seen = new Map<ReceiptStatus | "none", number>();
    for (let done = 0; done < SCRIPTS; done += CHUNK) {
      const scripts = Array.from({ length: CHUNK }, () => randomScript(next));
      const tasks: ExecutionTask[] = [];
      for (const script of scripts) {
        const code = `export async function infer(input, aivm) {\n${script}\n}`;
        const manifest = await shelf.kernel({ code, limits: { gas: GAS_LIMIT } });
        tasks.push({ manifest, input: textInput(""), seed: TEST_SEED });
      }
      const theirs = await pool.executeMany(tasks);
      for (const [index, task] of tasks.entries()) {
        const [fresh, warm] = [await run(task), await run(task)];
        const expected = describeOutcome(theirs[index]!);
        expect(describeOutcome(fresh), scripts[index]).toBe(expected);
        expect(describeOutcome(warm), scripts[index]).toBe(expected);
        const status = fresh.kind === "receipt" ? fresh.receipt.status : "none";
        seen.set(status, (seen.get(status) ?? 0) + 1);
      }
    }
    expect(seen.get("none")).toBeUndefined();
    for (const status of [ReceiptStatus.OK, ReceiptStatus.EXCEPTION, ReceiptStatus.OUT_OF_GAS]) {
      expect(seen.get(status), `scripts with status ${status}`).toBeGreaterThan(SCRIPTS / 100);
    }
    expect(seen.get(ReceiptStatus.OK)).toBeGreaterThan(SCRIPTS / 3);
  }, 1_800_000);
});
