import { assert } from "#core/primitives/assert.js";
import { maxBig } from "#core/primitives/intMath.js";
import type { ConformanceResult } from "../executor.js";
import {
  AHEAD_GAS,
  executionKey,
  gasOf,
  giveUp,
  type Job,
  messageSize,
  readOutcome,
  toRequest,
} from "./job.js";
import type { ChildReply, OutcomeMessage } from "./messages.js";
import type { Place } from "./placement.js";
import { NO_USAGE, type ProcessUsage } from "./usage.js";
import { BROKEN_PROTOCOL, type ProcessSpec, SandboxProcess } from "./sandboxProcess.js";

/** Longest times that a process may take, in milliseconds: limits of the host, never verdicts. */
export interface TimeLimits {
  readonly startMs: number;
  readonly executionMs: number;
  readonly validationMs: number;
}

/** What a slot tells its pool. */
export interface SlotListener {
  /** The process may be able to take jobs. */
  free(slot: Slot): void;
  /** The process is gone. `ready` says whether it ever was. */
  ended(slot: Slot, end: SlotEnd): void;
}

/** How a process ended. */
export interface SlotEnd {
  readonly reason: string;
  readonly ready: boolean;
  /** Jobs that it was given, but for the one that ended it, if that is known. */
  readonly unfinished: readonly Job[];
}

/** Why jobs of a closed sandbox get no receipt. */
export const CLOSED = "the sandbox is closed";
const CLOSE_GRACE_MS = 5_000;

function alone(job: Job): Job {
  return job.kind === "execute" ? { ...job, alone: true } : job;
}

/** A sandbox process and the jobs it is at. */
export class Slot implements Place {
  readonly #process: SandboxProcess;
  readonly #listener: SlotListener;
  readonly #limits: TimeLimits;
  readonly #memoryBytes: number;
  #usage = NO_USAGE;
  /** What it was asked and has not answered, in order; no request is empty. */
  #requests: Job[][] = [];
  /** Gas of these jobs. */
  #gas = 0n;
  #ready = false;
  #faulted = false;
  #leaving = false;
  #unfitReason: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(spec: ProcessSpec, limits: TimeLimits, listener: SlotListener) {
    this.#listener = listener;
    this.#limits = limits;
    this.#memoryBytes = spec.memoryBytes;
    this.#process = new SandboxProcess(spec, {
      reply: (reply) => {
        this.#reply(reply);
      },
      ended: (reason) => {
        this.#end(reason);
      },
    });
    this.#startTimer(limits.startMs);
  }

  /** Whether the process has nothing to do. */
  get idle(): boolean {
    return this.#isOpen && this.#requests.length === 0;
  }

  /** Gas that the process can be given ahead; most for an idle one, none for one that takes no jobs. */
  get room(): bigint {
    return this.#isOpen ? maxBig(AHEAD_GAS - this.#gas, 0n) : 0n;
  }

  /** What the process said last of its memory. */
  get usage(): ProcessUsage {
    return this.#usage;
  }

  get backlog(): bigint {
    return this.#gas;
  }

  isWarmFor(key: string): boolean {
    return (
      this.#requests.some(([first]) => first?.key === key) ||
      this.#usage.loaded.some((loaded) => executionKey(loaded) === key)
    );
  }

  /** How many jobs of a key, of which this is the first, the process takes in one request now. */
  takes(first: Job): number {
    if (!this.#isOpen) return 0;
    if (this.#requests.length === 0) return messageSize(first);
    const size = messageSize(first);
    return this.room >= gasOf(first) * BigInt(size) ? size : 0;
  }

  get #isOpen(): boolean {
    return this.#ready && !this.#leaving && !this.#faulted && !this.#isTooLarge;
  }

  /**
   * What a process has freed stays with it: memory of the engines never shrinks. One that has come
   * to take more than it may is given nothing more, and makes room for another.
   */
  get #isTooLarge(): boolean {
    return this.#usage.residentBytes > this.#memoryBytes;
  }

  /** Identifier of the process. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Gives a process jobs of one key, at least one and no more than it takes. */
  assign(jobs: readonly Job[]): void {
    const [first] = jobs;
    assert(first !== undefined && this.takes(first) >= jobs.length, "a process has room for jobs");
    if (this.#requests.length === 0) this.#startTimer(this.#limitOf(first));
    this.#requests.push([...jobs]);
    for (const job of jobs) this.#gas += gasOf(job);
    this.#process.send(toRequest(first, jobs));
  }

  /** Ends the process: an idle one leaves by itself, one that is busy or stays is killed. */
  close(): void {
    if (!this.idle) {
      this.#process.kill(CLOSED);
      return;
    }
    this.#leave();
  }

  #leave(): void {
    this.#leaving = true;
    this.#process.disconnect();
    this.#startTimer(CLOSE_GRACE_MS);
  }

  #reply(reply: ChildReply): void {
    // What a process says after a fault could be taken for the answer to another job.
    if (this.#faulted) return;
    switch (reply.kind) {
      case "ready":
        this.#ready = true;
        clearTimeout(this.#timer);
        this.#listener.free(this);
        return;
      case "unfit":
        this.#unfitReason = reply.reason;
        return;
      case "fault":
        this.#faulted = true;
        this.#giveUpCurrent(reply.reason);
        return;
      case "outcomes":
        this.#usage = reply.usage ?? this.#usage;
        this.#settleOutcomes(reply.outcomes);
        return;
      case "conformance":
        this.#settleConformance(reply.result);
    }
  }

  #settleOutcomes(outcomes: readonly OutcomeMessage[]): void {
    if (outcomes.length > (this.#requests[0]?.length ?? 0)) {
      this.#process.kill(BROKEN_PROTOCOL);
      return;
    }
    for (const outcome of outcomes) {
      const job = this.#takeCurrent();
      if (job === undefined || job.kind === "conformance") {
        this.#refuseReply(job);
        return;
      }
      job.settle(readOutcome(outcome));
    }
    const next = this.#current;
    if (next === undefined && this.#isTooLarge && !this.#leaving) this.#leave();
    else if (next === undefined) clearTimeout(this.#timer);
    else this.#startTimer(this.#limitOf(next));
    this.#listener.free(this);
  }

  /** What the vectors made the engines grow to is given back: another process follows. */
  #settleConformance(result: ConformanceResult): void {
    const job = this.#takeCurrent();
    if (job?.kind !== "conformance") {
      this.#refuseReply(job);
      return;
    }
    job.settle(result);
    this.#leave();
  }

  /** The reply does not answer the job. */
  #refuseReply(job: Job | undefined): void {
    if (job !== undefined) this.#requests.unshift([job]);
    this.#process.kill(BROKEN_PROTOCOL);
  }

  /** The first job that is not answered. */
  get #current(): Job | undefined {
    return this.#requests[0]?.[0];
  }

  #takeCurrent(): Job | undefined {
    const [request] = this.#requests;
    const job = request?.shift();
    if (request?.length === 0) this.#requests.shift();
    if (job !== undefined) this.#gas -= gasOf(job);
    return job;
  }

  #giveUpCurrent(reason: string): void {
    const job = this.#takeCurrent();
    if (job !== undefined) giveUp(job, reason);
  }

  /**
   * Requests are answered in order, so the process was at the first one or, when that has several
   * jobs, at one behind it: then each is asked for alone, and nothing is given up yet.
   */
  #end(reason: string): void {
    clearTimeout(this.#timer);
    const ready = this.#ready;
    const isKnown = this.#requests[0]?.length === 1;
    if (ready && !this.#faulted && isKnown) this.#giveUpCurrent(reason);
    const unfinished = this.#requests.flat().map(alone);
    this.#requests = [];
    this.#leaving = true;
    this.#listener.ended(this, { reason: this.#unfitReason ?? reason, ready, unfinished });
  }

  #limitOf(job: Job): number {
    return job.kind === "execute" ? this.#limits.executionMs : this.#limits.validationMs;
  }

  #startTimer(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#process.kill(`the sandbox process took more than ${milliseconds} ms`);
    }, milliseconds);
  }
}
