import { Worker } from "node:worker_threads";
import type { QueryRequest, QueryWorkerData, QueryWorkerReply } from "./messages.js";

/** A thread that answers queries, seen from outside. */
export interface QueryThread {
  /** Hands over one query; the next only after its reply. */
  send(request: QueryRequest): void;
  /** Ends the thread at once, whatever it is at. */
  terminate(): Promise<void>;
}

/** Whom a thread reports to. */
export interface QueryThreadListener {
  readonly reply: (reply: QueryWorkerReply) => void;
  /** The thread is gone; no reply comes after this. */
  readonly ended: (reason: string) => void;
}

/** Starts a thread. */
export type StartQueryThread = (listener: QueryThreadListener) => QueryThread;

/** Enough for the largest page of results; a query that wants more ends its thread, not the node. */
const MAX_HEAP_MIB = 512;

/** Starts real threads for one database; `entry` is the compiled worker, this package's by default. */
export function queryThreads(
  data: QueryWorkerData,
  entry: URL = new URL("./queryWorker.js", import.meta.url),
): StartQueryThread {
  return (listener) => {
    const worker = new Worker(entry, {
      workerData: data,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
    });
    let reason = "the query thread ended";
    worker.on("message", listener.reply);
    worker.on("error", (error) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on("exit", () => {
      listener.ended(reason);
    });
    return {
      send: (request) => {
        worker.postMessage(request);
      },
      terminate: async () => {
        await worker.terminate();
      },
    };
  };
}
