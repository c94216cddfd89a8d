import { type Batch, BatchKind, ReceiptStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { isEscalation } from "#modules/inference/types/batch.js";
import { computeSeed, seedRequestId } from "#modules/inference/types/seeds.js";
import { findBucketOf, gasOfBucket } from "#modules/kernel/types/buckets.js";
import {
  type ExecutionOutcome,
  type ExecutionTask,
  type Sandbox,
  workOf,
} from "#sandbox/executor.js";
import type { Logger } from "../logging/logger.js";
import type { BatchRun } from "./batchRun.js";
import type { CommittedWork, RequestWork } from "./committedWork.js";
import { GasEstimates } from "./gasEstimates.js";
import { noReceiptReason } from "./noReceiptReason.js";
import type { SchedulerMetrics } from "./schedulerMetrics.js";

/** What a feed is made of. */
export interface FeedParts {
  readonly sandbox: Sandbox;
  readonly work: CommittedWork;
  /** Of this validator; some seeds depend on it. */
  readonly consensusAddress: Uint8Array;
  /** Gas of the executions that the sandbox is given at a time, as far as it is known. */
  readonly windowGas: bigint;
  readonly metrics: SchedulerMetrics;
  readonly log: Logger;
  /** Told of each run once all its requests are answered, unless it was dropped. */
  readonly onComplete: (run: BatchRun) => void;
}

/** Executions of one request in the sandbox. */
interface SandboxCall {
  readonly outcomes: Promise<readonly ExecutionOutcome[]>;
  /** What they are expected to take. */
  readonly gas: bigint;
}

/** Longest time that one turn on the main thread takes. */
const TURN_MS = 2;

/**
 * Feeds the requests of several batches to the sandbox: kernel versions take turns request by
 * request, batches of one version are answered in their order (none is late for a later one's
 * sake), the sandbox never has more of a version than its share of a window and one request, and
 * the main thread is given back every few milliseconds.
 */
export class ExecutionFeed {
  readonly #parts: FeedParts;
  /**
   * Runs by version, in order of the versions' turns; a run leaves when its last request is taken.
   */
  readonly #waiting = new Map<string, BatchRun[]>();
  readonly #estimates = new GasEstimates();
  /** Gas of the executions that the sandbox has, by version; none is 0. */
  readonly #inFlight = new Map<string, bigint>();
  #scheduled = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
  }

  add(run: BatchRun): void {
    const key = turnKey(run);
    const runs = this.#waiting.get(key);
    if (runs === undefined) this.#waiting.set(key, [run]);
    else runs.push(run);
    this.#schedule();
  }

  /**
   * Gives no more of the run to the sandbox; what is there already is ignored when it comes back.
   */
  drop(run: BatchRun): void {
    run.cancelled = true;
    const key = turnKey(run);
    const others = (this.#waiting.get(key) ?? []).filter((one) => one !== run);
    if (others.length > 0) this.#waiting.set(key, others);
    else this.#waiting.delete(key);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    const end = performance.now() + TURN_MS;
    for (;;) {
      const next = this.#takeTurn();
      if (next === undefined) return;
      this.#start(next.run, next.position);
      if (performance.now() < end) continue;
      this.#schedule();
      return;
    }
  }

  /**
   * The next request of the version whose turn it is, which goes to the end of the line. A version
   * that has its share of the window in the sandbox is passed over.
   */
  #takeTurn(): { readonly run: BatchRun; readonly position: number } | undefined {
    const share = this.#share();
    for (const [key, runs] of [...this.#waiting]) {
      if ((this.#inFlight.get(key) ?? 0n) >= share) continue;
      this.#waiting.delete(key);
      for (const [done, run] of runs.entries()) {
        const position = run.take();
        if (position === undefined) continue;
        this.#waiting.set(key, runs.slice(done));
        return { run, position };
      }
    }
    return undefined;
  }

  /**
   * What each version may have in the sandbox: equal parts of the window for all that have
   * something there or wait, so that a slow one never holds what another could be given.
   */
  #share(): bigint {
    const versions = new Set([...this.#waiting.keys(), ...this.#inFlight.keys()]);
    return this.#parts.windowGas / BigInt(Math.max(1, versions.size));
  }

  #start(run: BatchRun, position: number): void {
    const { outcomes, gas } = this.#call(run, position);
    const startMs = performance.now();
    this.#addInFlight(run, gas);
    void outcomes.catch(this.#onFault).then((answers) => {
      this.#addInFlight(run, -gas);
      this.#observe(run.batch, answers, (performance.now() - startMs) / 1000);
      this.#answer(run, position, answers);
      this.#schedule();
    });
  }

  #addInFlight(run: BatchRun, gas: bigint): void {
    const key = turnKey(run);
    const left = (this.#inFlight.get(key) ?? 0n) + gas;
    if (left > 0n) this.#inFlight.set(key, left);
    else this.#inFlight.delete(key);
  }

  /** The sandbox' answers to one request; none for a request that is gone. */
  #call(run: BatchRun, position: number): SandboxCall {
    const { sandbox, work } = this.#parts;
    if (run.batch.kind === BatchKind.VALIDATION) {
      const outcome = sandbox.validate({ manifest: run.manifest });
      return { outcomes: outcome.then((one) => [one]), gas: run.manifest.limits.gas };
    }
    const id = run.batch.requestIds[position];
    const found = id === undefined ? undefined : work.findRequest(id);
    const tasks = found === undefined ? [] : this.#tasks(run, found);
    const gas = tasks.reduce((sum, task) => sum + workOf(task), 0n);
    return { outcomes: sandbox.executeMany(tasks), gas };
  }

  #tasks({ batch, manifest }: BatchRun, { request, inputs }: RequestWork): ExecutionTask[] {
    const { work, consensusAddress } = this.#parts;
    const key = isEscalation(batch) ? { workKey: batch.workBeacon } : {};
    return inputs.map((input, inputIndex) => {
      const limit = gasOfBucket(manifest, findBucketOf(manifest, input));
      const expectedGas = this.#estimates.expect(batch.versionId, limit);
      const seed = computeSeed(manifest.seed, {
        chainId: work.chainId,
        requestId: seedRequestId(request),
        inputIndex,
        slotBeacon: request.slotBeacon,
        consensusAddress,
      });
      return { manifest, input, seed, expectedGas, ...key };
    });
  }

  #answer(run: BatchRun, position: number, outcomes: readonly ExecutionOutcome[]): void {
    if (run.cancelled) return;
    run.answer(position, outcomes);
    if (run.isComplete) this.#parts.onComplete(run);
  }

  /** A sandbox that throws, which none should, gives the request no receipt. */
  readonly #onFault = (error: unknown): readonly ExecutionOutcome[] => {
    this.#parts.metrics.internalFault("sandbox");
    this.#parts.log.error({ err: error }, "the sandbox failed");
    return [];
  };

  #observe(batch: Batch, outcomes: readonly ExecutionOutcome[], seconds: number): void {
    const { metrics, log } = this.#parts;
    for (const outcome of outcomes) {
      if (outcome.kind === "receipt") {
        const isOk = outcome.receipt.status === ReceiptStatus.OK;
        metrics.executed(isOk ? "ok" : "failed", seconds);
        if (batch.kind !== BatchKind.VALIDATION) {
          this.#estimates.observe(batch.versionId, outcome.receipt.gasUsed);
        }
      } else {
        const kind = noReceiptReason(outcome.reason);
        metrics.noReceipt(kind);
        log.warn({ reason: outcome.reason }, "an execution has no receipt");
      }
    }
  }
}

/** Batches of a version wait in one line, but for those that decide what others disagreed on. */
function turnKey({ batch }: BatchRun): string {
  return `${batch.kind}/${toHex(batch.versionId)}`;
}
