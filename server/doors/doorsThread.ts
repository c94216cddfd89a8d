import { Worker } from "node:worker_threads";
import { doorsFailed } from "../query/errors.js";
import type { DoorCounts, DoorPorts, DoorsReply, DoorsWorkerData } from "./doorsMessages.js";

/** Whom the doors report to. */
export interface DoorsListener {
  readonly counted: (counts: DoorCounts) => void;
  /** A thread ended that nobody had asked to; it is started again. */
  readonly threadEnded: (reason: string) => void;
}

/** Enough for the largest answers under way; clients that ask for more than that end the thread, not the node. */
const MAX_HEAP_MIB = 512;
const RESTART_DELAY_MS = 1_000;
/** Longer than the doors' own grace. */
const CLOSE_TIMEOUT_MS = 5_000;

/** The thread that serves gRPC and REST, seen from the node; a thread that fails is replaced. */
export class DoorsThread {
  readonly #data: DoorsWorkerData;
  readonly #listener: DoorsListener;
  readonly #entry: URL;
  #worker: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #ports: DoorPorts = { grpc: undefined, rest: undefined };
  #closed = false;

  private constructor(data: DoorsWorkerData, listener: DoorsListener, entry: URL) {
    this.#data = data;
    this.#listener = listener;
    this.#entry = entry;
  }

  /** Opens the doors; fails with `server/5` when they cannot, for example because a port is taken. */
  static async open(
    data: DoorsWorkerData,
    listener: DoorsListener,
    entry: URL = new URL("./doorsWorker.js", import.meta.url),
  ): Promise<DoorsThread> {
    const thread = new DoorsThread(data, listener, entry);
    await thread.#start();
    return thread;
  }

  /** Ports that the doors listen on. */
  get ports(): DoorPorts {
    return this.#ports;
  }

  /** Closes the doors; a thread that does not in time is ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((settle) => worker.once("exit", settle));
    worker.postMessage("close");
    const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  #start(): Promise<void> {
    const worker = new Worker(this.#entry, {
      workerData: this.#data,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    });
    this.#worker = worker;
    return new Promise((settle, fail) => {
      let problem = "the thread of the doors ended";
      let isOpen = false;
      worker.on("error", (error) => {
        problem = error instanceof Error ? error.message : String(error);
      });
      worker.on("message", (reply: DoorsReply) => {
        if (reply.kind === "failed") problem = reply.message;
        if (reply.kind !== "open") {
          this.#hear(reply);
          return;
        }
        isOpen = true;
        this.#ports = reply.ports;
        settle();
      });
      worker.on("exit", () => {
        this.#worker = undefined;
        if (isOpen) this.#replace(problem);
        else fail(doorsFailed({ problem }));
      });
    });
  }

  #hear(reply: DoorsReply): void {
    if (reply.kind === "counted") this.#listener.counted(reply.counts);
    if (reply.kind === "threadEnded") this.#listener.threadEnded(reply.reason);
  }

  /** Tries until the doors are open again: a port may be in use for a moment. */
  #replace(problem: string): void {
    if (this.#closed) return;
    this.#listener.threadEnded(problem);
    this.#restart = setTimeout(() => {
      this.#start().catch((error: unknown) => {
        this.#replace(String(error));
      });
    }, RESTART_DELAY_MS);
  }
}
