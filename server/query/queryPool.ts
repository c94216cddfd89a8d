import { queryAborted, queryBusy, queryTimeout } from "./errors.js";
import type { QueryRequest, QueryResponse, QueryWorkerReply } from "./messages.js";
import type { QueryThread, StartQueryThread } from "./queryThread.js";

/** How a pool answers. */
export interface QueryPoolOptions {
  readonly start: StartQueryThread;
  readonly threads: number;
  /** Longest time from asking to the answer, in milliseconds, waiting included. */
  readonly timeoutMs: number;
  /** Queries that may wait; more are refused at once. */
  readonly maxWaiting?: number;
  /** Pause before a thread that ended is replaced, in milliseconds. */
  readonly restartDelayMs?: number;
  /** Told why a thread ended that was not asked to. */
  readonly onThreadEnded?: (reason: string) => void;
}

interface Job {
  readonly request: QueryRequest;
  readonly settle: (response: QueryResponse) => void;
  readonly fail: (error: Error) => void;
  timer: NodeJS.Timeout | undefined;
}

interface Slot {
  readonly thread: QueryThread;
  /** `retired`: it is being ended, and nothing it still says counts. */
  status: "starting" | "idle" | "busy" | "retired";
  job: Job | undefined;
}

const DEFAULT_MAX_WAITING = 1_000;

/** So that a thread that cannot start does not keep the machine busy. */
const DEFAULT_RESTART_DELAY_MS = 1_000;

/**
 * Answers queries in threads, so that none of them delays a block. A query that takes too long
 * costs its thread, which is replaced at once; the others go on.
 */
export class QueryPool {
  readonly #options: QueryPoolOptions;
  readonly #waiting: Job[] = [];
  readonly #slots = new Set<Slot>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(options: QueryPoolOptions) {
    this.#options = options;
    for (let index = 0; index < options.threads; index++) this.#startSlot();
  }

  /** Queries that wait for a thread and queries that a thread is at. */
  get load(): { readonly waiting: number; readonly running: number } {
    const running = [...this.#slots].filter(({ job }) => job !== undefined).length;
    return { waiting: this.#waiting.length, running };
  }

  /** Answers an ABCI query; fails with `server/2`, `server/3` or `server/4`. */
  query(request: QueryRequest): Promise<QueryResponse> {
    const { maxWaiting = DEFAULT_MAX_WAITING, timeoutMs } = this.#options;
    if (this.#closed || this.#waiting.length >= maxWaiting) return Promise.reject(queryBusy());
    return new Promise((settle, fail) => {
      const job: Job = { request, settle, fail, timer: undefined };
      job.timer = setTimeout(() => {
        this.#expire(job);
      }, timeoutMs);
      this.#waiting.push(job);
      this.#dispatch();
    });
  }

  /** Ends the threads; queries without an answer fail with `server/4`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    for (const job of this.#waiting.splice(0)) abort(job);
    await Promise.all([...this.#slots].map(({ thread }) => thread.terminate()));
  }

  #startSlot(): void {
    const thread = this.#options.start({
      reply: (reply) => {
        this.#reply(slot, reply);
      },
      ended: (reason) => {
        this.#ended(slot, reason);
      },
    });
    const slot: Slot = { thread, status: "starting", job: undefined };
    this.#slots.add(slot);
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (slot.status !== "idle") continue;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      slot.job = job;
      slot.status = "busy";
      slot.thread.send(job.request);
    }
  }

  #reply(slot: Slot, reply: QueryWorkerReply): void {
    if (slot.status === "retired") return;
    const { job } = slot;
    slot.job = undefined;
    slot.status = "idle";
    if (job !== undefined) finish(job, reply);
    this.#dispatch();
  }

  #expire(job: Job): void {
    const position = this.#waiting.indexOf(job);
    if (position >= 0) {
      this.#waiting.splice(position, 1);
      job.fail(queryBusy());
      return;
    }
    const slot = [...this.#slots].find((one) => one.job === job);
    if (slot === undefined) return;
    job.fail(queryTimeout({ path: job.request.path }));
    slot.job = undefined;
    slot.status = "retired";
    void slot.thread.terminate();
  }

  #ended(slot: Slot, reason: string): void {
    this.#slots.delete(slot);
    if (slot.job !== undefined) abort(slot.job);
    if (this.#closed) return;
    if (slot.status === "retired") {
      this.#startSlot();
      return;
    }
    this.#options.onThreadEnded?.(reason);
    const restart = setTimeout(() => {
      this.#restarts.delete(restart);
      this.#startSlot();
    }, this.#options.restartDelayMs ?? DEFAULT_RESTART_DELAY_MS);
    this.#restarts.add(restart);
  }
}

function abort(job: Job): void {
  clearTimeout(job.timer);
  job.fail(queryAborted({ path: job.request.path }));
}

function finish(job: Job, reply: QueryWorkerReply): void {
  clearTimeout(job.timer);
  if (reply.kind === "answer") job.settle(reply.response);
  if (reply.kind === "fault") job.fail(new Error(`query ${job.request.path}: ${reply.message}`));
}
