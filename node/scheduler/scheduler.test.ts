import { describe, expect, test } from "vitest";
import {
  BatchKind,
  BatchStatus,
  Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { type Manifest, SeedKind, ValidationReport } from "#core/codec/generated/aivm/kernel/v1.js";
import { sha256 } from "#core/crypto/hash.js";
import { equalBytes, utf8 } from "#core/primitives/bytes.js";
import { batchRoot, computeSalt, NO_RECEIPT } from "#modules/inference/types/digests.js";
import { FakeSandbox, honestOutcome, outcomeOf } from "#test/harness/scheduler/fakeSandbox.js";
import { FakeWork, OWN_ADDRESS } from "#test/harness/scheduler/fakeWork.js";
import {
  honestLeaf,
  NO_OUTCOME,
  NODE_SECRET,
  seedOf,
  startScheduler,
  turn,
  until,
} from "#test/harness/scheduler/startScheduler.js";

describe("a batch", () => {
  test("is run after the commit that brings it and shown with root, salt and receipts", async () => {
    const { scheduler, work } = await startScheduler();
    work.inputCounts.set(1_001n, 3);
    work.addBatch(1n, 3);
    scheduler.onCommit();
    expect(scheduler.findFinished(1n)).toBeUndefined();
    await until(() => scheduler.findFinished(1n) !== undefined);
    const finished = scheduler.findFinished(1n)!;
    const leaves = [1_000n, 1_001n, 1_002n].map((id) => honestLeaf(work, id));
    expect(finished.leaves).toEqual(leaves);
    expect(finished.batchRoot).toEqual(batchRoot(leaves));
    expect(finished.salt).toEqual(computeSalt(NODE_SECRET, work.chainId, 1n));
    expect(finished.abstentions).toHaveLength(0);
    expect(finished.executions.map((list) => list.length)).toEqual([1, 3, 1]);
  });

  test("is run once, however many blocks pass", async () => {
    const { scheduler, work, sandbox } = await startScheduler();
    work.addBatch(1n, 2);
    for (let block = 0; block < 5; block++) scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    scheduler.onCommit();
    expect(sandbox.executed).toHaveLength(2);
  });

  test.each([SeedKind.NONE, SeedKind.FIXED, SeedKind.BEACON, SeedKind.MEMBER])(
    "gives each execution the seed of kind %i",
    async (kind) => {
      const work = new FakeWork();
      work.kernel = { ...work.kernel, seed: { kind, fixed: 42n } };
      work.inputCounts.set(1_000n, 2);
      work.addBatch(1n, 1);
      const { sandbox } = await startScheduler({ work });
      await until(() => sandbox.executed.length === 2);
      expect(sandbox.executed.map(({ seed }) => seed)).toEqual([
        seedOf(work, 1_000n, 0),
        seedOf(work, 1_000n, 1),
      ]);
    },
  );

  test("abstains from a request of which one execution has no receipt", async () => {
    const sandbox = new FakeSandbox();
    const { scheduler, work, metrics } = await startScheduler({ sandbox });
    work.inputCounts.set(1_001n, 2);
    work.addBatch(1n, 3);
    const second = work.findRequest(1_001n)!.inputs[1]!;
    sandbox.answer = (task) => (equalBytes(task.input, second) ? NO_OUTCOME : honestOutcome(task));
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    const finished = scheduler.findFinished(1n)!;
    expect(finished.leaves[1]).toEqual(NO_RECEIPT);
    expect(finished.executions[1]).toEqual([]);
    expect(finished.abstentions).toEqual(Uint8Array.of(0b10));
    const text = await metrics.render();
    expect(text).toContain('aivm_inference_no_receipts_total{reason="timeout"} 1');
  });

  test("abstains from a request that is gone", async () => {
    const { scheduler, work } = await startScheduler();
    work.inputCounts.set(1_000n, 0);
    work.addBatch(1n, 2);
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    expect(scheduler.findFinished(1n)!.abstentions).toEqual(Uint8Array.of(1));
  });

  test("of an escalation binds the work", async () => {
    const { scheduler, work, sandbox } = await startScheduler();
    const workBeacon = sha256(utf8("beacon"));
    work.addBatch(1n, 1, { kind: BatchKind.ESCALATION, workBeacon });
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    expect(sandbox.executed[0]!.workKey).toEqual(workBeacon);
    expect(scheduler.findFinished(1n)!.leaves).toEqual([honestLeaf(work, 1_000n, workBeacon)]);
  });

  test("of a validation job has the report as its one leaf", async () => {
    const { scheduler, work, sandbox } = await startScheduler();
    work.addBatch(1n, 0, { kind: BatchKind.VALIDATION });
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    expect(sandbox.validations).toEqual([{ manifest: work.kernel }]);
    const execution = scheduler.findFinished(1n)!.executions[0]![0]!;
    expect(ValidationReport.decode(execution.output)).toMatchObject({ accepted: true });
  });

  test("keeps outputs over the inline limit out of its payload, by their digest", async () => {
    const sandbox = new FakeSandbox();
    const large = new Uint8Array(100).fill(1);
    sandbox.answer = () => outcomeOf(large);
    const { scheduler, work, store } = await startScheduler({ sandbox });
    work.inlineLimit = 99n;
    work.addBatch(1n, 1);
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    const execution = scheduler.findFinished(1n)!.executions[0]![0]!;
    expect(execution.output).toHaveLength(0);
    expect(execution.receipt.outputSize).toBe(100n);
    expect(await store.findOutput(sha256(large))).toEqual(large);
  });
});

describe("durability", () => {
  test("a batch is shown only once it is on disk", async () => {
    const { scheduler, work, store } = await startScheduler();
    store.slow = true;
    work.addBatch(1n, 2);
    scheduler.onCommit();
    await until(() => store.unsynced === 1);
    await turn();
    expect(scheduler.findFinished(1n)).toBeUndefined();
    expect(scheduler.hasDeclined(1n)).toBe(false);
    store.sync();
    await until(() => scheduler.findFinished(1n) !== undefined);
  });

  test("a node that restarts shows what it had finished, without running it again", async () => {
    const { work, store, scheduler } = await startScheduler();
    work.addBatch(1n, 2);
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    const before = scheduler.findFinished(1n)!;
    scheduler.close();
    const sandbox = new FakeSandbox();
    const again = await startScheduler({ work, store, sandbox });
    expect(again.scheduler.findFinished(1n)).toEqual(before);
    expect(sandbox.executed).toEqual([]);
  });

  test("a node that crashed before the disk had a batch runs it again to the same root", async () => {
    const { work, store, scheduler } = await startScheduler();
    store.slow = true;
    work.addBatch(1n, 2);
    scheduler.onCommit();
    await until(() => store.unsynced === 1);
    const again = await startScheduler({ work });
    await until(() => again.scheduler.findFinished(1n) !== undefined);
    const leaves = [1_000n, 1_001n].map((id) => honestLeaf(work, id));
    expect(again.scheduler.findFinished(1n)!.batchRoot).toEqual(batchRoot(leaves));
  });

  test("a batch under way when the node stops is not committed to, and run after the restart", async () => {
    const sandbox = new FakeSandbox();
    sandbox.patient = true;
    const { work, store, scheduler } = await startScheduler({ sandbox });
    work.addBatch(1n, 2);
    scheduler.onCommit();
    await until(() => sandbox.waiting.length === 2);
    scheduler.close();
    sandbox.release();
    await turn();
    expect(store.durable.size).toBe(0);
    const again = await startScheduler({ work, store });
    await until(() => again.scheduler.findFinished(1n) !== undefined);
  });

  test("work for another batch of the same id is not shown after a reset", async () => {
    const { work, store, scheduler } = await startScheduler();
    work.addBatch(1n, 2);
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    const reset = new FakeWork();
    reset.currentHeight = 3n;
    reset.addBatch(1n, 2);
    const again = await startScheduler({ work: reset, store, sandbox: patientSandbox() });
    expect(again.scheduler.findFinished(1n)).toBeUndefined();
    expect(store.durable.size).toBe(0);
  });

  test("what closed while the node was down is removed", async () => {
    const { work, store, scheduler } = await startScheduler();
    work.addBatch(1n, 1);
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    work.close(1n);
    const again = await startScheduler({ work, store });
    expect(again.scheduler.findFinished(1n)).toBeUndefined();
    expect(store.durable.size).toBe(0);
  });

  test("a disk that fails makes the node decline and declare itself unavailable", async () => {
    const { scheduler, work, store, log, metrics } = await startScheduler();
    store.failure = new Error("disk full");
    work.addBatch(1n, 1);
    scheduler.onCommit();
    await until(() => scheduler.hasDeclined(1n));
    expect(scheduler.isAvailable()).toBe(false);
    expect(scheduler.problem).toBe("finished work cannot be stored; see the log");
    expect(log.join("")).toContain("disk full");
    expect(await metrics.render()).toContain("aivm_inference_available_ratio 0");
  });
});

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

describe("the end of a batch", () => {
  test("is forgotten when it closes, not before", async () => {
    const { scheduler, work, store } = await startScheduler();
    work.addBatch(1n, 1);
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    // Settled: the seat owes nothing, but a proposer may still be asked for the outputs.
    work.owed.delete(1n);
    scheduler.onCommit();
    expect(scheduler.findFinished(1n)).toBeDefined();
    work.close(1n);
    scheduler.onCommit();
    expect(scheduler.findFinished(1n)).toBeUndefined();
    expect(store.durable.size).toBe(0);
  });

  test("stops a run that nothing waits for", async () => {
    const sandbox = patientSandbox();
    const { scheduler, work, store } = await startScheduler({ sandbox });
    work.kernel = withWindowOf32(work.kernel);
    work.addBatch(1n, 100);
    scheduler.onCommit();
    await until(() => sandbox.waiting.length === 32);
    work.close(1n);
    scheduler.onCommit();
    sandbox.release();
    await turn();
    await turn();
    expect(sandbox.executed).toHaveLength(32);
    expect(scheduler.openBatches).toBe(0);
    expect(store.durable.size).toBe(0);
  });

  test("while it is being stored leaves nothing behind", async () => {
    const { scheduler, work, store } = await startScheduler();
    store.slow = true;
    work.addBatch(1n, 1);
    scheduler.onCommit();
    await until(() => store.unsynced === 1);
    work.close(1n);
    scheduler.onCommit();
    store.sync();
    await until(() => store.durable.size === 0);
    expect(scheduler.findFinished(1n)).toBeUndefined();
  });

  test("lets old large outputs go from time to time", async () => {
    const { scheduler, work, store } = await startScheduler();
    work.currentHeight = 1_999n;
    scheduler.onCommit();
    work.currentHeight = 2_000n;
    scheduler.onCommit();
    expect(store.pruned).toEqual([1_900n]);
  });
});

describe("a batch is declined", () => {
  const unknown = { name: "ort-wasm", version: "9.9.9", binarySha256: new Uint8Array(32) };
  const cases: ReadonlyArray<readonly [string, (work: FakeWork, sandbox: FakeSandbox) => void]> = [
    [
      "this host has no engine ort-wasm/9.9.9",
      (work) => {
        work.kernel = { ...work.kernel, modelEngine: unknown };
      },
    ],
    [
      "bytes of memory",
      (work) => {
        work.peak = 1n << 30n;
      },
    ],
    [
      "a sandbox process may take 1073741824",
      (work) => {
        // Twice 400 MB: the file, and the weights that the runtime takes from it.
        work.artifactBytes = () => 400_000_000n;
      },
    ],
    [
      "of memory, a sandbox process may take 1073741824",
      (work) => {
        // An adapter is in memory beside its model while it is added: as a file, and as numbers.
        const adapterDigest = new Uint8Array(32).fill(7);
        const models = work.kernel.models.map((model) => ({ ...model, adapterDigest }));
        work.kernel = { ...work.kernel, models };
        work.artifactBytes = (digest) => (equalBytes(digest, adapterDigest) ? 400_000_000n : 1n);
      },
    ],
    [
      "artifact does not exist",
      (work) => {
        work.artifacts.clear();
      },
    ],
    [
      "have sha256",
      (work) => {
        for (const key of work.artifacts.keys()) work.artifacts.set(key, utf8("other bytes"));
      },
    ],
    [
      "no request has a receipt",
      (_work, sandbox) => {
        sandbox.answer = () => NO_OUTCOME;
      },
    ],
  ];
  test.each(cases)("when %s", async (reason, arrange) => {
    const { scheduler, work, sandbox, log, metrics } = await startScheduler();
    arrange(work, sandbox);
    work.addBatch(1n, 2);
    scheduler.onCommit();
    await until(() => scheduler.hasDeclined(1n));
    expect(scheduler.findFinished(1n)).toBeUndefined();
    expect(scheduler.isAvailable()).toBe(true);
    expect(log.join("")).toContain(reason);
    const text = await metrics.render();
    expect(text).toContain('aivm_inference_batches_total{outcome="declined"} 1');
  });

  test("when its host had no memory for a model that is to be validated", async () => {
    const { scheduler, work, sandbox } = await startScheduler();
    const reason = "the model runtime failed: ERROR_MESSAGE: std::bad_alloc";
    sandbox.validate = () => Promise.resolve({ kind: "noReceipt", reason });
    work.addBatch(1n, 0, { kind: BatchKind.VALIDATION });
    scheduler.onCommit();
    await until(() => scheduler.hasDeclined(1n));
    expect(scheduler.findFinished(1n)).toBeUndefined();
    expect(scheduler.isAvailable()).toBe(true);
  });

  test("when as many as the node takes are under way, and the next one after that is not", async () => {
    const sandbox = patientSandbox();
    const { scheduler, work } = await startScheduler({ sandbox, limits: { batches: 2 } });
    for (const id of [1n, 2n, 3n]) work.addBatch(id, 1);
    scheduler.onCommit();
    await until(() => scheduler.hasDeclined(3n));
    expect([1n, 2n].map((id) => scheduler.hasDeclined(id))).toEqual([false, false]);
    await until(() => sandbox.waiting.length === 2);
    sandbox.patient = false;
    sandbox.release();
    await until(() => scheduler.openBatches === 0);
    work.addBatch(4n, 1);
    scheduler.onCommit();
    await until(() => scheduler.findFinished(4n) !== undefined);
  });

  test("never for being one too many once it was committed to", async () => {
    const sandbox = patientSandbox();
    const { scheduler, work } = await startScheduler({ sandbox, limits: { batches: 1 } });
    const seat = Seat.create({ consensusAddress: OWN_ADDRESS, status: SeatStatus.COMMITTED });
    work.addBatch(1n, 1);
    work.addBatch(2n, 1, { status: BatchStatus.REVEALING, seats: [seat] });
    scheduler.onCommit();
    await until(() => sandbox.waiting.length === 2);
    expect(scheduler.hasDeclined(2n)).toBe(false);
  });

  test("when its answer would come too late to be no fault, and not a block sooner", async () => {
    const sandbox = new FakeSandbox();
    sandbox.patient = true;
    const { scheduler, work } = await startScheduler({ sandbox });
    const silentFor = (observedBlocks: number, status: SeatStatus = SeatStatus.WAITING) => {
      const seats = [Seat.create({ consensusAddress: OWN_ADDRESS, status, observedBlocks })];
      work.batches.set(1n, { ...work.batches.get(1n)!, seats });
    };
    work.addBatch(1n, 1);
    scheduler.onCommit();
    await until(() => sandbox.waiting.length === 1);
    silentFor(0);
    expect(scheduler.hasDeclined(1n)).toBe(false);
    silentFor(3, SeatStatus.VACATED);
    expect(scheduler.hasDeclined(1n)).toBe(false);
    silentFor(1);
    expect(scheduler.hasDeclined(1n)).toBe(true);
    sandbox.release();
    await turn();
    expect(scheduler.findFinished(1n)).toBeUndefined();
    expect(scheduler.hasDeclined(1n)).toBe(true);
    expect(scheduler.openBatches).toBe(0);
  });

  test("not when it is finished, however late", async () => {
    const { scheduler, work } = await startScheduler();
    const seat = { consensusAddress: OWN_ADDRESS, status: SeatStatus.WAITING, observedBlocks: 2 };
    work.addBatch(1n, 1, { seats: [Seat.create(seat)] });
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    expect(scheduler.hasDeclined(1n)).toBe(false);
  });

  test("when the sandbox throws, and the node goes on", async () => {
    const sandbox = patientSandbox();
    const { scheduler, work, metrics } = await startScheduler({ sandbox });
    work.addBatch(1n, 1);
    scheduler.onCommit();
    await until(() => sandbox.waiting.length === 1);
    sandbox.waiting[0]!.fail(new Error("broken"));
    await until(() => scheduler.hasDeclined(1n));
    expect(await metrics.render()).toContain('aivm_internal_faults_total{place="sandbox"} 1');
  });

  test("when reading it fails, and the node goes on", async () => {
    const { scheduler, work, metrics } = await startScheduler();
    work.addBatch(1n, 1);
    work.batches.delete(1n);
    scheduler.onCommit();
    await until(() => scheduler.hasDeclined(1n));
    expect(await metrics.render()).toContain('aivm_internal_faults_total{place="scheduler"} 1');
  });
});

describe("availability", () => {
  test("needs a machine that reproduces the reference results", async () => {
    const sandbox = new FakeSandbox();
    sandbox.conformance = { conforms: false, reason: "vector x gives y" };
    const work = new FakeWork();
    work.addBatch(1n, 1);
    const { scheduler, metrics, log } = await startScheduler({ sandbox, work });
    expect(scheduler.isAvailable()).toBe(false);
    expect(scheduler.problem).toContain("vector x gives y");
    expect(sandbox.executed).toEqual([]);
    expect(scheduler.hasDeclined(1n)).toBe(false);
    expect(log.join("")).toContain('"level":"error"');
    expect(await metrics.render()).toContain("aivm_conformance_ratio 0");
  });

  test("needs a sandbox; without one the node still shows what it had finished", async () => {
    const { work, store, scheduler } = await startScheduler();
    work.addBatch(1n, 1);
    scheduler.onCommit();
    await until(() => scheduler.findFinished(1n) !== undefined);
    work.addBatch(2n, 1);
    const disabled = await startScheduler({ work, store, disabled: true });
    expect(disabled.scheduler.isAvailable()).toBe(false);
    expect(disabled.scheduler.problem).toBeUndefined();
    expect(disabled.scheduler.findFinished(1n)).toEqual(scheduler.findFinished(1n));
    expect(disabled.scheduler.openBatches).toBe(0);
  });

  test("is not lost by stopping: the last extensions must not say so", async () => {
    const { scheduler } = await startScheduler();
    scheduler.close();
    expect(scheduler.isAvailable()).toBe(true);
  });
});
