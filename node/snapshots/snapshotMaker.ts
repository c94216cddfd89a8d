import { Worker } from "node:worker_threads";
import type { Logger } from "../logging/logger.js";
import type { SnapshotFolder } from "./snapshotFolder.js";
import type { SnapshotOrder, SnapshotReply, SnapshotThreadData } from "./snapshotMessages.js";

/** What a maker of snapshots is made of. */
export interface SnapshotMakerParts {
  readonly data: SnapshotThreadData;
  readonly folder: SnapshotFolder;
  /** A snapshot is made of every height that is a multiple of this. */
  readonly interval: bigint;
  /** How many are kept; 0 for all. */
  readonly keepRecent: number;
  readonly log: Logger;
  /** The compiled thread; this package's by default. */
  readonly entry?: URL;
}

/**
 * Longest time for which a commit waits until the thread holds the state of its height. An idle
 * thread takes a few milliseconds; one that takes longer loses this height and holds nobody up.
 */
const HOLD_TIMEOUT_MS = 1_000;

/**
 * Makes snapshots in a thread of its own. The only moment that the node's main thread waits for is
 * the beginning of the thread's read transaction, between two commits: blobs are not versioned, so
 * the transaction must begin before the next block changes them. A height that is missed all the
 * same is left out, never made of another state: the thread looks what it holds.
 */
export class SnapshotMaker {
  readonly #parts: SnapshotMakerParts;
  #thread: Worker | undefined;
  #isReady = false;
  #isBusy = false;

  private constructor(parts: SnapshotMakerParts) {
    this.#parts = parts;
  }

  /** Starts the thread; settles when it waits for orders. */
  static async start(parts: SnapshotMakerParts): Promise<SnapshotMaker> {
    const maker = new SnapshotMaker(parts);
    await maker.#startThread();
    return maker;
  }

  /** Takes a height that was committed just now. */
  onCommit(height: bigint): void {
    const { interval, log } = this.#parts;
    if (height % interval !== 0n) return;
    if (this.#isBusy || !this.#isReady || this.#thread === undefined) {
      const reason = this.#isBusy
        ? "the one before is still being made"
        : "its thread is not ready";
      log.warn({ height, reason }, "no snapshot of this height");
      return;
    }
    const order: SnapshotOrder = {
      version: height,
      held: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    };
    this.#isBusy = true;
    this.#thread.postMessage(order);
    Atomics.wait(order.held, 0, 0, HOLD_TIMEOUT_MS);
  }

  /** Ends the thread; what it was making is removed at the next start. */
  async close(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  #startThread(): Promise<void> {
    const { data, entry = new URL("./snapshotWorker.js", import.meta.url), log } = this.#parts;
    const thread = new Worker(entry, { workerData: data, env: {}, execArgv: [] });
    this.#thread = thread;
    return new Promise((settle, fail) => {
      thread.on("message", (reply: SnapshotReply) => {
        if (reply.kind === "ready") {
          this.#isReady = true;
          settle();
        } else this.#finish(reply);
      });
      thread.on("error", (error) => {
        log.error({ err: error }, "the snapshot thread failed; no more snapshots until a restart");
        fail(error instanceof Error ? error : new Error(String(error)));
      });
      thread.on("exit", () => {
        this.#isReady = false;
        this.#isBusy = false;
        fail(new Error("the snapshot thread ended"));
      });
    });
  }

  #finish(reply: Exclude<SnapshotReply, { kind: "ready" }>): void {
    const { log } = this.#parts;
    this.#isBusy = false;
    const { version: height } = reply;
    if (reply.kind === "made") {
      const removed = this.#keep(height);
      log.info({ height, chunks: reply.chunks, removed: removed.join(",") }, "snapshot made");
    } else if (reply.kind === "passed") {
      log.warn({ height, found: reply.found }, "no snapshot of this height: it had passed");
    } else {
      log.error({ height, problem: reply.problem }, "no snapshot of this height: it failed");
    }
  }

  /** Takes up a new snapshot and removes old ones: what fails there costs disk, not the node. */
  #keep(height: bigint): readonly bigint[] {
    const { folder, keepRecent, log } = this.#parts;
    try {
      folder.add(height);
      return folder.prune(keepRecent);
    } catch (error) {
      log.warn({ err: error }, "the folder of snapshots could not be brought up to date");
      return [];
    }
  }
}
