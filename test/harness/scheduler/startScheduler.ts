import { dirname } from "node:path";
import { requestLeaf } from "#modules/inference/types/digests.js";
import { computeSeed } from "#modules/inference/types/seeds.js";
import { createLogger } from "#node/logging/logger.js";
import { ArtifactSupply } from "#node/scheduler/artifactSupply.js";
import { Scheduler, type SchedulerParts } from "#node/scheduler/scheduler.js";
import { ArtifactCache } from "#sandbox/artifacts/artifactCache.js";
import type { ExecutionOutcome } from "#sandbox/executor.js";
import { NodeMetrics } from "#server/metrics/nodeMetrics.js";
import { temporaryFile } from "../temporaryFile.js";
import { FakeSandbox, honestOutcome } from "./fakeSandbox.js";
import { FakeStore } from "./fakeStore.js";
import { FakeWork, OWN_ADDRESS } from "./fakeWork.js";

const PATIENCE_MS = 10_000;
/** From which the salts of the schedulers derive. */
export const NODE_SECRET = new Uint8Array(32).fill(5);
/** What a sandbox gives that could not finish. */
export const NO_OUTCOME: ExecutionOutcome = {
  kind: "noReceipt",
  reason: "the sandbox process took more than 1 ms",
};

/** A scheduler with what is around it. */
export interface SchedulerFixture {
  readonly scheduler: Scheduler;
  readonly work: FakeWork;
  readonly sandbox: FakeSandbox;
  readonly store: FakeStore;
  readonly metrics: NodeMetrics;
  readonly log: string[];
}

/** What a test gives instead of the usual. */
export interface GivenParts {
  readonly work?: FakeWork;
  readonly sandbox?: FakeSandbox;
  readonly store?: FakeStore;
  readonly disabled?: boolean;
  readonly limits?: Partial<SchedulerParts["limits"]>;
}

/** A scheduler that has started. */
export async function startScheduler(given: GivenParts = {}): Promise<SchedulerFixture> {
  const { work = new FakeWork(), sandbox = new FakeSandbox(), store = new FakeStore() } = given;
  const cache = await ArtifactCache.open(dirname(temporaryFile()));
  const metrics = new NodeMetrics();
  const log: string[] = [];
  const scheduler = new Scheduler({
    work,
    store,
    artifacts: new ArtifactSupply(cache, work),
    sandbox: given.disabled === true ? undefined : sandbox,
    consensusAddress: OWN_ADDRESS,
    nodeSecret: NODE_SECRET,
    limits: { children: 1, childMemoryBytes: 1n << 30n, batches: 8, ...given.limits },
    metrics,
    log: createLogger({
      level: "debug",
      format: "json",
      sink: { write: (line) => log.push(line) },
    }),
  });
  await scheduler.start();
  return { scheduler, work, sandbox, store, metrics, log };
}

/** Lets the event loop turn until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("it never happened");
    await new Promise((settle) => setImmediate(settle));
  }
}

/** Lets whatever is ready happen. */
export async function turn(): Promise<void> {
  for (let count = 0; count < 10; count++) await new Promise((settle) => setImmediate(settle));
}

/** The seed of an execution by the own seat. */
export function seedOf(work: FakeWork, requestId: bigint, inputIndex = 0): Uint8Array {
  return computeSeed(work.kernel.seed, {
    chainId: work.chainId,
    requestId,
    inputIndex,
    slotBeacon: work.findRequest(requestId)!.request.slotBeacon,
    consensusAddress: OWN_ADDRESS,
  });
}

/** The leaf of a request that every execution of `FakeSandbox` answers. */
export function honestLeaf(work: FakeWork, requestId: bigint, workKey?: Uint8Array): Uint8Array {
  const receipts = work.findRequest(requestId)!.inputs.map((input, index) => {
    const task = { manifest: work.kernel, input, seed: seedOf(work, requestId, index) };
    const outcome = honestOutcome(workKey === undefined ? task : { ...task, workKey });
    return (outcome as Extract<ExecutionOutcome, { kind: "receipt" }>).receipt;
  });
  return requestLeaf(receipts, workKey !== undefined);
}
