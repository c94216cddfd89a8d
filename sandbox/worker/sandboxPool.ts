import { join } from "node:path";
import { type Engine, Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { toHex } from "#core/primitives/bytes.js";
import { sha256 } from "#core/crypto/hash.js";
import { CODE_ENGINE, MODEL_ENGINE, NATIVE_ENGINE } from "#modules/kernel/types/engines.js";
import {
  type ConformanceResult,
  type ExecutionOutcome,
  type ExecutionTask,
  type Sandbox,
  type ValidationTask,
  workOf,
} from "../executor.js";
import { FairQueue } from "./fairQueue.js";
import { executionKey, gasOf, giveUp, type Job } from "./job.js";
import { packageRoot } from "./permissions.js";
import { Placement } from "./placement.js";
import { addCounts, NO_USAGE, type PoolUsage, sumUsage } from "./usage.js";
import { type NodeProgram, THIS_NODE } from "./sandboxProcess.js";
import { CLOSED, Slot, type SlotEnd, type TimeLimits } from "./slot.js";

/** How a pool is set up. */
export interface PoolOptions {
  /** Folder of the artifact cache. */
  readonly artifactFolder: string;
  /** Processes at most; they start when there is work for them, one after the conformance check. */
  readonly processes?: number;
  readonly limits?: Partial<TimeLimits>;
  /** Memory that each process may take, in bytes; 4 GiB by default. */
  readonly memoryBytes?: number;
  /** Compiled entry point of the processes; the package's own by default. */
  readonly entry?: string;
  /** Further flags of Node, for tests across compilers. */
  readonly flags?: readonly string[];
  /** The Node of the processes; this process's own by default, an emulated one in tests. */
  readonly node?: NodeProgram;
  /** Folders of the native engine's packages: processes run it in place of the exact engine. */
  readonly nativeFolders?: readonly string[];
}

/** More than any kernel needs that the profile lets through. */
const DEFAULT_MEMORY_BYTES = 4 * 1_073_741_824;

const DEFAULT_LIMITS: TimeLimits = {
  startMs: 60_000,
  executionMs: 60_000,
  validationMs: 600_000,
};
/** Processes in a row that end before they are ready, after which the pool gives up. */
const MAX_FAILED_STARTS = 3;

/** Compiled entry point of a sandbox process. */
function defaultEntry(): string {
  return join(packageRoot(), "dist", "sandbox", "worker", "child.js");
}

/**
 * Runs kernels in child processes. Versions take turns; a process that crashes or takes too long
 * costs the one job it was at and is replaced; jobs behind it are given to another.
 */
export class SandboxPool implements Sandbox {
  readonly #options: PoolOptions;
  readonly #queue = new FairQueue<Job>((job) => Number(gasOf(job)));
  readonly #slots = new Set<Slot>();
  readonly #placement = new Placement();
  /** What processes counted that have ended. */
  #endedUsage = NO_USAGE;
  #conformance: Promise<ConformanceResult> | undefined;
  /** A dispatch follows. */
  #scheduled = false;
  #failedStarts = 0;
  /** The next process that ends is followed by one that waits for work. */
  #warmsNext = false;
  #brokenReason: string | undefined;
  #closed: Promise<void> | undefined;
  #allEnded: () => void = () => undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  async execute(task: ExecutionTask): Promise<ExecutionOutcome> {
    const manifest = Manifest.encode(task.manifest);
    return this.#enqueueExecution(manifest, task);
  }

  async executeMany(tasks: readonly ExecutionTask[]): Promise<ExecutionOutcome[]> {
    const encoded = new Map<Manifest, Uint8Array>();
    const outcomes = tasks.map((task) => {
      const manifest = encoded.get(task.manifest) ?? Manifest.encode(task.manifest);
      encoded.set(task.manifest, manifest);
      return this.#enqueueExecution(manifest, task);
    });
    return Promise.all(outcomes);
  }

  async validate(task: ValidationTask): Promise<ExecutionOutcome> {
    const manifest = Manifest.encode(task.manifest);
    return new Promise((settle) => {
      const key = `validate ${toHex(sha256(manifest))}`;
      this.#enqueue({ key, kind: "validate", manifest, settle });
    });
  }

  async engines(): Promise<readonly Engine[]> {
    const { conforms } = await this.checkConformance();
    const model = this.#options.nativeFolders === undefined ? MODEL_ENGINE : NATIVE_ENGINE;
    return conforms ? [model, CODE_ENGINE] : [];
  }

  async checkConformance(): Promise<ConformanceResult> {
    this.#conformance ??= new Promise((settle) => {
      this.#enqueue({
        key: "conformance",
        kind: "conformance",
        settle: (result) => {
          // Who asks for the native engine waits for it: its kernels are few.
          this.#warmsNext = result.conforms && this.#options.nativeFolders === undefined;
          settle(result);
        },
      });
    });
    return this.#conformance;
  }

  /** Identifiers of the processes that run now. */
  processIds(): number[] {
    return [...this.#slots].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Memory of the processes and how well it serves. */
  get usage(): PoolUsage {
    const running = [...this.#slots].map(({ usage }) => usage);
    return sumUsage(running, [this.#endedUsage]);
  }

  async close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  #enqueueExecution(manifest: Uint8Array, task: ExecutionTask): Promise<ExecutionOutcome> {
    const { input, seed, workKey } = task;
    const call = workKey === undefined ? { input, seed } : { input, seed, workKey };
    return new Promise((settle) => {
      const key = executionKey(toHex(sha256(manifest)));
      this.#enqueue({ key, kind: "execute", manifest, call, work: workOf(task), settle });
    });
  }

  #enqueue(job: Job): void {
    const refusal = this.#closed === undefined ? this.#brokenReason : CLOSED;
    if (refusal !== undefined) {
      giveUp(job, refusal);
      return;
    }
    this.#queue.push(job.key, job);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // Jobs that come together go together.
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#dispatch();
    });
  }

  /**
   * Gives waiting jobs to processes. Work ahead is given once all processes run; before that
   * another one starts for what waits.
   */
  #dispatch(): void {
    const { processes = 1 } = this.#options;
    for (let first = this.#queue.first(); first !== undefined; first = this.#queue.first()) {
      const slot = this.#placement.choose(this.#takersOf(first), first.key);
      if (slot === undefined) break;
      slot.assign(this.#queue.take(slot.takes(first)));
    }
    if (this.#queue.size > 0 && this.#slots.size < processes) this.#startSlot();
  }

  /** Processes that take this job now: idle ones only, while another may still start. */
  #takersOf(first: Job): Slot[] {
    const { processes = 1 } = this.#options;
    const mayStart = this.#slots.size < processes;
    return [...this.#slots].filter((slot) => slot.takes(first) > 0 && (slot.idle || !mayStart));
  }

  #startSlot(): void {
    const { artifactFolder, entry = defaultEntry(), flags = [], limits } = this.#options;
    const { memoryBytes = DEFAULT_MEMORY_BYTES, node = THIS_NODE, nativeFolders } = this.#options;
    const slot = new Slot(
      { entry, artifactFolder, flags, memoryBytes, node, nativeFolders },
      { ...DEFAULT_LIMITS, ...limits },
      {
        free: () => {
          this.#failedStarts = 0;
          this.#dispatch();
        },
        ended: (ended, end) => {
          this.#replace(ended, end);
        },
      },
    );
    this.#slots.add(slot);
  }

  #replace(slot: Slot, { reason, ready, unfinished }: SlotEnd): void {
    this.#slots.delete(slot);
    this.#endedUsage = addCounts(this.#endedUsage, slot.usage);
    for (const key of new Set(unfinished.map((job) => job.key).reverse())) {
      this.#queue.unshift(
        key,
        unfinished.filter((job) => job.key === key),
      );
    }
    if (!ready && ++this.#failedStarts >= MAX_FAILED_STARTS) this.#brokenReason = reason;
    const refusal = this.#closed === undefined ? this.#brokenReason : CLOSED;
    if (refusal === undefined) this.#goOn();
    else for (const job of this.#queue.drain()) giveUp(job, refusal);
    if (this.#slots.size === 0) this.#allEnded();
  }

  /**
   * After the conformance check one process stays ready: the first job must not wait for engines.
   */
  #goOn(): void {
    this.#dispatch();
    if (this.#warmsNext && this.#slots.size === 0) this.#startSlot();
    this.#warmsNext = false;
  }

  async #end(): Promise<void> {
    for (const job of this.#queue.drain()) giveUp(job, CLOSED);
    if (this.#slots.size === 0) return;
    const ended = new Promise<void>((resolve) => {
      this.#allEnded = resolve;
    });
    for (const slot of this.#slots) slot.close();
    await ended;
  }
}
