import {
  type Batch,
  BatchStatus,
  type Seat,
  SeatStatus,
} from "#core/codec/generated/aivm/inference/v1.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes } from "#core/primitives/bytes.js";
import { computeSalt } from "#modules/inference/types/digests.js";
import type { FinishedBatch, ReceiptSource } from "#modules/inference/types/expectedKeepers.js";
import { adapterDigests } from "#modules/kernel/types/adapters.js";
import { namedFileDigests } from "#modules/kernel/types/namedFiles.js";
import type { Sandbox } from "#sandbox/executor.js";
import type { Logger } from "../logging/logger.js";
import { findRefusal, type HostLimits } from "./admission.js";
import { type ArtifactSupply, neededArtifacts } from "./artifactSupply.js";
import { BatchRun } from "./batchRun.js";
import { batchIdentity, type CommittedWork } from "./committedWork.js";
import { ExecutionFeed } from "./executionFeed.js";
import type { ReceiptStore } from "./receiptStore.js";
import type { SchedulerMetrics } from "./schedulerMetrics.js";

/** What a scheduler is made of. */
export interface SchedulerParts {
  readonly work: CommittedWork;
  readonly store: ReceiptStore;
  readonly artifacts: ArtifactSupply;
  /** Undefined when this node runs no kernels: it then only says what it has finished before. */
  readonly sandbox: Sandbox | undefined;
  readonly consensusAddress: Uint8Array;
  /** What salts derive from. */
  readonly nodeSecret: Uint8Array;
  readonly limits: {
    /** Sandbox processes. */
    readonly children: number;
    /** Memory of one of them, in bytes. */
    readonly childMemoryBytes: bigint;
    /** Batches under way. */
    readonly batches: number;
  };
  readonly metrics: SchedulerMetrics;
  readonly log: Logger;
}

/** What is known of a batch that this validator was drawn for. */
type Entry =
  | { readonly kind: "preparing" }
  | { readonly kind: "running"; readonly run: BatchRun }
  | { readonly kind: "finished"; readonly finished: FinishedBatch }
  | { readonly kind: "declined" };

const PREPARING: Entry = { kind: "preparing" };
const DECLINED: Entry = { kind: "declined" };

/**
 * Gas that the sandbox holds for each process: what it is given ahead, and some that waits for its
 * turn.
 */
const WINDOW_GAS = 4_000_000_000n;

/** Blocks from the state that an extension is built on to the block that carries it. */
const CARRIED_AFTER_BLOCKS = 2;

/** How often old outputs are removed, in blocks. */
const PRUNE_INTERVAL = 1_000n;

/**
 * Runs this validator's batches between blocks. After each commit it reads what is owed, runs what
 * is new, and shows a batch to ExtendVote once its receipts are on disk: what was committed to can
 * be revealed after any crash.
 */
export class Scheduler implements ReceiptSource {
  readonly #parts: SchedulerParts;
  readonly #entries = new Map<bigint, Entry>();
  readonly #feed: ExecutionFeed | undefined;
  /** Undefined until the sandbox has shown what it is. */
  #host: HostLimits | undefined;
  #problem: string | undefined;
  #closed = false;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    const { sandbox, work, consensusAddress, metrics, log, limits } = parts;
    this.#feed =
      sandbox &&
      new ExecutionFeed({
        sandbox,
        work,
        consensusAddress,
        windowGas: BigInt(limits.children) * WINDOW_GAS,
        metrics,
        log,
        onComplete: (run) => {
          this.#guard(run.batch.id, this.#finish(run));
        },
      });
  }

  /** Loads what was finished, checks the engines, and goes on with what is owed. */
  async start(): Promise<void> {
    await this.#restore();
    await this.#parts.artifacts.removeUnknown();
    await this.#checkEngines();
    this.onCommit();
  }

  findFinished(batchId: bigint): FinishedBatch | undefined {
    const entry = this.#entries.get(batchId);
    return entry?.kind === "finished" ? entry.finished : undefined;
  }

  /** Asked for every extension, so it is also where a batch that is late is given up. */
  hasDeclined(batchId: bigint): boolean {
    const entry = this.#entries.get(batchId);
    if (entry === undefined || entry.kind === "finished") return false;
    if (entry.kind === "declined") return true;
    if (!this.#isLastCall(batchId)) return false;
    this.#dropRun(entry);
    this.#decline(batchId, "this node is too busy to answer in time");
    return true;
  }

  isAvailable(): boolean {
    return this.#host !== undefined && this.#problem === undefined;
  }

  /** Why this node does not take batches although it is set up to; undefined when it does. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Batches that are begun and not finished. */
  get openBatches(): number {
    const open = [...this.#entries.values()].filter(
      ({ kind }) => kind === "preparing" || kind === "running",
    );
    return open.length;
  }

  /** Takes up what the last committed block brought, and forgets what it closed. */
  onCommit(): void {
    if (this.#closed) return;
    const owed = this.#parts.work.owedBatchIds();
    this.#forgetClosed(new Set(owed));
    if (!this.isAvailable()) return;
    for (const id of owed) {
      if (!this.#entries.has(id)) this.#guard(id, this.#begin(id));
    }
  }

  /** Begins nothing any more; what is under way is given up. */
  close(): void {
    this.#closed = true;
    for (const entry of this.#entries.values()) this.#dropRun(entry);
  }

  async #restore(): Promise<void> {
    const { work, store, log } = this.#parts;
    const stale: bigint[] = [];
    for (const { finished, identity } of await store.load()) {
      const batch = work.findBatch(finished.batchId);
      const isOurs = batch !== undefined && batch.status !== BatchStatus.CLOSED;
      if (isOurs && equalBytes(batchIdentity(work, batch), identity)) {
        this.#entries.set(finished.batchId, { kind: "finished", finished });
      } else {
        stale.push(finished.batchId);
      }
    }
    if (stale.length > 0) await store.remove(stale);
    log.info({ kept: this.#entries.size, removed: stale.length }, "loaded finished batches");
  }

  async #checkEngines(): Promise<void> {
    const { sandbox, limits, metrics, log } = this.#parts;
    if (sandbox !== undefined) {
      const result = await sandbox.checkConformance();
      if (result.conforms) {
        const engines = await sandbox.engines();
        this.#host = { engines, memoryBytes: limits.childMemoryBytes };
        log.info({ engines: engines.length }, "this machine reproduces the reference results");
      } else {
        this.#problem = `this machine does not reproduce the reference results: ${result.reason}`;
        log.error({ reason: result.reason }, "inference is unavailable: conformance check failed");
      }
    }
    metrics.availability({ conforms: this.#host !== undefined, available: this.isAvailable() });
  }

  /** Drops runs that nothing waits for and everything that is known of closed batches. */
  #forgetClosed(owed: ReadonlySet<bigint>): void {
    const { work, store, log } = this.#parts;
    const removed: bigint[] = [];
    for (const [id, entry] of this.#entries) {
      if (owed.has(id)) continue;
      const isKept = entry.kind === "finished" && !isClosed(work.findBatch(id));
      if (isKept) continue;
      this.#dropRun(entry);
      this.#entries.delete(id);
      if (entry.kind === "finished") removed.push(id);
    }
    const forgetting: Array<Promise<void>> = [];
    if (removed.length > 0) forgetting.push(store.remove(removed));
    const height = work.height();
    if (height > 0n && height % PRUNE_INTERVAL === 0n) {
      forgetting.push(store.pruneOutputs(height - work.outputBlocks()));
    }
    Promise.all(forgetting).catch((error: unknown) => {
      log.warn({ err: error }, "finished work that is over could not be removed");
    });
  }

  async #begin(id: bigint): Promise<void> {
    const { work, metrics } = this.#parts;
    const batch = assertDefined(work.findBatch(id), "an owed batch exists");
    metrics.batch("assigned");
    const isFull = this.openBatches >= this.#parts.limits.batches;
    this.#entries.set(id, PREPARING);
    if (isFull && this.#mayDecline(batch)) {
      this.#decline(id, "as many batches as this node takes are under way");
      return;
    }
    const manifest = work.manifest(batch.versionId);
    const problem = await this.#findProblem(batch);
    // The batch may be over by now, and the node may be stopping.
    if (this.#closed || this.#entries.get(id) !== PREPARING) return;
    if (problem !== undefined) {
      this.#decline(id, problem);
      return;
    }
    const run = new BatchRun(batch, manifest, work.inlineOutputBytes());
    this.#entries.set(id, { kind: "running", run });
    this.#feed?.add(run);
  }

  /** Why this node cannot run a batch; provides its artifacts on the way. */
  async #findProblem({ versionId, kind }: Batch): Promise<string | undefined> {
    const { work, artifacts } = this.#parts;
    const manifest = work.manifest(versionId);
    const host = assertDefined(this.#host, "only an available node begins batches");
    const peakTensorBytes = work.peakTensorBytes(versionId);
    const bytesOf = (digests: readonly Uint8Array[]): bigint =>
      digests.reduce((sum, digest) => sum + work.artifactBytes(digest), 0n);
    const models = manifest.models.map(({ digest }) => digest);
    const modelBytes = bytesOf([...models, ...adapterDigests(manifest)]);
    const fileBytes = bytesOf(namedFileDigests(manifest));
    const refusal = findRefusal(manifest, { modelBytes, fileBytes, peakTensorBytes }, host);
    return refusal ?? artifacts.provide(neededArtifacts(manifest, kind));
  }

  async #finish(run: BatchRun): Promise<void> {
    const { work, store, nodeSecret, metrics, log } = this.#parts;
    const { id } = run.batch;
    if (!run.hasReceipt) {
      this.#decline(id, "no request has a receipt");
      return;
    }
    const finished = run.finish(computeSalt(nodeSecret, work.chainId, id));
    const identity = batchIdentity(work, run.batch);
    const { largeOutputs } = run;
    try {
      await store.save({ finished, identity, largeOutputs, height: work.height() });
    } catch (error) {
      this.#fail(error);
      this.#decline(id, "its receipts cannot be stored");
      return;
    }
    if (run.cancelled) {
      // A node that stops keeps what is finished; a batch that is over is not worth keeping.
      if (!this.#closed) await store.remove([id]);
      return;
    }
    this.#entries.set(id, { kind: "finished", finished });
    metrics.batch("finished");
    log.info({ batch: id, requests: finished.leaves.length }, "batch finished");
  }

  /** Whatever goes wrong with one batch costs that batch alone. */
  #guard(id: bigint, work: Promise<void>): void {
    work.catch((error: unknown) => {
      const { metrics, log } = this.#parts;
      metrics.internalFault("scheduler");
      log.error({ err: error, batch: id }, "a batch could not be run");
      this.#decline(id, "a fault of this node");
    });
  }

  /** What cannot be stored must not be committed to: the node takes no more batches. */
  #fail(error: unknown): void {
    const { metrics, log } = this.#parts;
    this.#problem = "finished work cannot be stored; see the log";
    log.error({ err: error }, "inference is unavailable: the node's database fails");
    metrics.availability({ conforms: true, available: false });
  }

  #decline(id: bigint, reason: string): void {
    this.#entries.set(id, DECLINED);
    this.#parts.metrics.batch("declined");
    this.#parts.log.warn({ batch: id, reason }, "batch declined");
  }

  /** Whether a decline still says something: nothing was committed to. */
  #mayDecline(batch: Batch): boolean {
    const isWaiting = this.#ownSeat(batch)?.status === SeatStatus.WAITING;
    return batch.status === BatchStatus.COMMITTING && isWaiting;
  }

  /**
   * Whether the extension that is built now is the last that surely comes before silence is a
   * fault: it is carried two heights after the committed one, whose block is judged as well.
   */
  #isLastCall(batchId: bigint): boolean {
    const { work } = this.#parts;
    const batch = work.findBatch(batchId);
    if (batch === undefined || !this.#mayDecline(batch)) return false;
    const seat = this.#ownSeat(batch);
    return (
      seat !== undefined && seat.observedBlocks + CARRIED_AFTER_BLOCKS >= work.graceProposers()
    );
  }

  #ownSeat({ seats }: Batch): Seat | undefined {
    const { consensusAddress } = this.#parts;
    return seats.findLast((one) => equalBytes(one.consensusAddress, consensusAddress));
  }

  #dropRun(entry: Entry): void {
    if (entry.kind === "running") this.#feed?.drop(entry.run);
  }
}

function isClosed(batch: Batch | undefined): boolean {
  return batch === undefined || batch.status === BatchStatus.CLOSED;
}
