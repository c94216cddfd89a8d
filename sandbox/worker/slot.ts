import { assert } from "#core/primitives/assert.js";
import type { ConformanceResult } from "../executor.js";
import { type Job, giveUp, readOutcome, toRequest } from "./job.js";
import type { ChildReply, OutcomeMessage } from "./messages.js";
import { BROKEN_PROTOCOL, type ProcessSpec, SandboxProcess } from "./sandboxProcess.js";

/** Longest times that a process may take, in milliseconds: limits of the host, never verdicts. */
export interface TimeLimits {
  readonly startMs: number;
  readonly executionMs: number;
  readonly validationMs: number;
}

/** What a slot tells its pool. */
export interface SlotListener {
  /** The process can take jobs. */
  idle(slot: Slot): void;
  /** The process is gone. `ready` says whether it ever was. */
  ended(slot: Slot, end: SlotEnd): void;
}

/** How a process ended. */
export interface SlotEnd {
  readonly reason: string;
  readonly ready: boolean;
  /** Jobs that it was given and did not begin. */
  readonly unfinished: readonly Job[];
}

/** Why jobs of a closed sandbox get no receipt. */
export const CLOSED = "the sandbox is closed";
const CLOSE_GRACE_MS = 5_000;

/** A sandbox process and the jobs it is at. */
export class Slot {
  readonly #process: SandboxProcess;
  readonly #listener: SlotListener;
  readonly #limits: TimeLimits;
  #jobs: Job[] = [];
  #ready = false;
  #faulted = false;
  #leaving = false;
  #unfitReason: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(spec: ProcessSpec, limits: TimeLimits, listener: SlotListener) {
    this.#listener = listener;
    this.#limits = limits;
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

  /** Whether jobs can be assigned. */
  get idle(): boolean {
    return this.#ready && !this.#leaving && this.#jobs.length === 0;
  }

  /** Identifier of the process. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Gives an idle process jobs of one key, at least one. */
  assign(jobs: readonly Job[]): void {
    const [first] = jobs;
    assert(this.idle && first !== undefined, "an idle process is given jobs");
    this.#jobs = [...jobs];
    this.#startTimer(this.#limitOf(first));
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
    switch (reply.kind) {
      case "ready":
        this.#ready = true;
        this.#becomeIdle();
        return;
      case "unfit":
        this.#unfitReason = reply.reason;
        return;
      case "fault":
        this.#faulted = true;
        this.#giveUpCurrent(reply.reason);
        return;
      case "outcome":
        this.#settleOutcome(reply.outcome);
        return;
      case "conformance":
        this.#settleConformance(reply.result);
    }
  }

  #settleOutcome(outcome: OutcomeMessage): void {
    const job = this.#jobs.shift();
    if (job === undefined || job.kind === "conformance") {
      this.#refuseReply(job);
      return;
    }
    job.settle(readOutcome(outcome));
    const [next] = this.#jobs;
    if (next === undefined) this.#becomeIdle();
    else this.#startTimer(this.#limitOf(next));
  }

  /** What the vectors made the engines grow to is given back: another process follows. */
  #settleConformance(result: ConformanceResult): void {
    const job = this.#jobs.shift();
    if (job?.kind !== "conformance") {
      this.#refuseReply(job);
      return;
    }
    job.settle(result);
    this.#leave();
  }

  /** The reply does not answer the job. */
  #refuseReply(job: Job | undefined): void {
    if (job !== undefined) this.#jobs.unshift(job);
    this.#process.kill(BROKEN_PROTOCOL);
  }

  #becomeIdle(): void {
    clearTimeout(this.#timer);
    this.#listener.idle(this);
  }

  #giveUpCurrent(reason: string): void {
    const job = this.#jobs.shift();
    if (job !== undefined) giveUp(job, reason);
  }

  /** Jobs are answered in order, so the first that is not answered is what the process was at. */
  #end(reason: string): void {
    clearTimeout(this.#timer);
    const ready = this.#ready;
    if (ready && !this.#faulted) this.#giveUpCurrent(reason);
    const unfinished = this.#jobs;
    this.#jobs = [];
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
