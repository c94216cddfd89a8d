import { describe, expect, test } from "vitest";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, utf8 } from "#core/primitives/bytes.js";
import { FakeSandbox, honestOutcome } from "#test/harness/scheduler/fakeSandbox.js";
import { startScheduler, turn, until } from "#test/harness/scheduler/startScheduler.js";

function patientSandbox(gasUsed = 10n): FakeSandbox {
  const sandbox = new FakeSandbox();
  sandbox.patient = true;
  sandbox.answer = (task) => {
    const outcome = honestOutcome(task);
    if (outcome.kind === "noReceipt") return outcome;
    return { ...outcome, receipt: { ...outcome.receipt, gasUsed } };
  };
  return sandbox;
}

const GAS_LIMIT_OF_32 = 125_000_000n;

/** A window of 4·10^9 gas holds 32 executions of the kernel, when they take what they may. */
function withWindowOf32(kernel: Manifest): Manifest {
  return { ...kernel, limits: { ...kernel.limits, gas: GAS_LIMIT_OF_32 } };
}

describe("the sandbox", () => {
  test("is given requests of versions in turns, of one version in order, never over its window", async () => {
    const sandbox = patientSandbox(GAS_LIMIT_OF_32);
    const { scheduler, work } = await startScheduler({ sandbox });
    work.kernel = withWindowOf32(work.kernel);
    work.addBatch(1n, 256);
    work.addBatch(2n, 128);
    work.addBatch(3n, 128, { versionId: sha256(utf8("other version")) });
    scheduler.onCommit();
    await until(() => sandbox.waiting.length === 32);
    await turn();
    expect(sandbox.executed).toHaveLength(32);
    const inputs = [1_000n, 3_000n, 1_001n, 3_001n].map((id) => work.findRequest(id)!.inputs[0]!);
    expect(sandbox.executed.slice(0, 4).map(({ input }) => input)).toEqual(inputs);
    const ofSecond = work.findRequest(2_000n)!.inputs[0]!;
    const begun = (): boolean => sandbox.executed.some(({ input }) => equalBytes(input, ofSecond));
    while (!begun()) {
      sandbox.release();
      await turn();
    }
    expect(sandbox.executed.length).toBeGreaterThan(256 + 128);
    while (scheduler.openBatches > 0) {
      sandbox.release();
      await turn();
      expect(sandbox.waiting.length).toBeLessThanOrEqual(32);
    }
    expect(sandbox.executed).toHaveLength(512);
    await until(() => scheduler.findFinished(2n) !== undefined);
  });

  test("holds its share of the window for a version that comes when a slow one has filled it", async () => {
    const sandbox = patientSandbox(GAS_LIMIT_OF_32);
    const { scheduler, work } = await startScheduler({ sandbox });
    work.kernel = withWindowOf32(work.kernel);
    work.addBatch(1n, 256);
    scheduler.onCommit();
    await until(() => sandbox.waiting.length === 32);
    work.addBatch(2n, 4, { versionId: sha256(utf8("other version")) });
    scheduler.onCommit();
    // The slow one has answered nothing yet.
    await until(() => sandbox.waiting.length === 36);
    await turn();
    expect(sandbox.executed).toHaveLength(36);
    while (scheduler.openBatches > 0) {
      sandbox.release();
      await turn();
    }
  });

  test("is given as much as its window holds by what executions really take", async () => {
    const sandbox = patientSandbox(GAS_LIMIT_OF_32 / 2n);
    const { scheduler, work } = await startScheduler({ sandbox });
    work.kernel = withWindowOf32(work.kernel);
    work.addBatch(1n, 256);
    scheduler.onCommit();
    await until(() => sandbox.waiting.length === 32);
    sandbox.release();
    await until(() => sandbox.waiting.length === 64);
    await turn();
    expect(sandbox.waiting).toHaveLength(64);
  });
});
