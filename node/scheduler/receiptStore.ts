import { Worker } from "node:worker_threads";
import type { BatchRecord, StoredBatch } from "./nodeDatabase.js";

/** Keeps finished batches. No method blocks; what was saved is on disk when its promise settles. */
export interface ReceiptStore {
  load(): Promise<readonly StoredBatch[]>;
  save(record: BatchRecord): Promise<void>;
  remove(batchIds: readonly bigint[]): Promise<void>;
  findOutput(digest: Uint8Array): Promise<Uint8Array | undefined>;
  pruneOutputs(height: bigint): Promise<void>;
  close(): Promise<void>;
}

/** A call of the database thread: a method of `NodeDatabase` and its arguments. */
export interface DatabaseCall {
  readonly id: number;
  readonly method: "load" | "save" | "remove" | "findOutput" | "pruneOutputs" | "close";
  readonly argument: unknown;
}

/** The answer to a call. */
export type DatabaseReply =
  | { readonly id: number; readonly result: unknown; readonly problem?: undefined }
  | { readonly id: number; readonly problem: string };

interface Pending {
  readonly settle: (result: unknown) => void;
  readonly fail: (error: Error) => void;
}

/** The node's database in a thread of its own: a slow disk holds up no block. */
export class ThreadReceiptStore implements ReceiptStore {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #ended: string | undefined;

  /** `entry` is the compiled thread, this package's by default. */
  constructor(path: string, entry: URL = new URL("./databaseThread.js", import.meta.url)) {
    this.#worker = new Worker(entry, { workerData: path, env: {}, execArgv: [] });
    this.#worker.on("message", (reply: DatabaseReply) => {
      this.#reply(reply);
    });
    this.#worker.on("error", (error) => {
      this.#end(error instanceof Error ? error.message : String(error));
    });
    this.#worker.on("exit", () => {
      this.#end("the database thread ended");
    });
  }

  async load(): Promise<readonly StoredBatch[]> {
    return (await this.#call("load", undefined)) as readonly StoredBatch[];
  }

  async save(record: BatchRecord): Promise<void> {
    await this.#call("save", record);
  }

  async remove(batchIds: readonly bigint[]): Promise<void> {
    await this.#call("remove", batchIds);
  }

  async findOutput(digest: Uint8Array): Promise<Uint8Array | undefined> {
    return (await this.#call("findOutput", digest)) as Uint8Array | undefined;
  }

  async pruneOutputs(height: bigint): Promise<void> {
    await this.#call("pruneOutputs", height);
  }

  /** Finishes what was asked for and ends the thread. */
  async close(): Promise<void> {
    if (this.#ended === undefined) await this.#call("close", undefined);
    await this.#worker.terminate();
  }

  #call(method: DatabaseCall["method"], argument: unknown): Promise<unknown> {
    const { promise, settle, fail } = deferred();
    const id = ++this.#calls;
    if (this.#ended === undefined) {
      this.#pending.set(id, { settle, fail });
      this.#worker.postMessage({ id, method, argument } satisfies DatabaseCall);
    } else {
      fail(new Error(this.#ended));
    }
    return promise;
  }

  #reply(reply: DatabaseReply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.problem === undefined) pending?.settle(reply.result);
    else pending?.fail(new Error(reply.problem));
  }

  #end(reason: string): void {
    this.#ended ??= reason;
    for (const { fail } of this.#pending.values()) fail(new Error(this.#ended));
    this.#pending.clear();
  }
}

function deferred(): Pending & { readonly promise: Promise<unknown> } {
  let settle: Pending["settle"] = () => undefined;
  let fail: Pending["fail"] = () => undefined;
  const promise = new Promise((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return { promise, settle, fail };
}
