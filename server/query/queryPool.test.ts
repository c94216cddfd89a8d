import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { queryAborted, queryBusy, queryTimeout } from "./errors.js";
import type { QueryRequest, QueryResponse } from "./messages.js";
import { QueryPool, type QueryPoolOptions } from "./queryPool.js";
import type { QueryThread, QueryThreadListener } from "./queryThread.js";

const EMPTY = new Uint8Array(0);

function request(path: string): QueryRequest {
  return { path, data: EMPTY, height: 0n, prove: false };
}

function response(log: string): QueryResponse {
  return { code: 0, codespace: "", log, key: EMPTY, value: EMPTY, proofOps: [], height: 1n };
}

/** A thread that answers when the test lets it. */
class StubThread implements QueryThread {
  readonly requests: string[] = [];
  readonly listener: QueryThreadListener;
  terminated = false;

  constructor(listener: QueryThreadListener) {
    this.listener = listener;
  }

  send({ path }: QueryRequest): void {
    this.requests.push(path);
  }

  terminate(): Promise<void> {
    this.terminated = true;
    this.listener.ended("terminated");
    return Promise.resolve();
  }

  ready(): this {
    this.listener.reply({ kind: "ready" });
    return this;
  }

  answer(): void {
    this.listener.reply({ kind: "answer", response: response(this.requests.at(-1)!) });
  }
}

function createPool(options: Partial<QueryPoolOptions> = {}): {
  pool: QueryPool;
  threads: StubThread[];
} {
  const threads: StubThread[] = [];
  const pool = new QueryPool({
    start: (listener) => {
      const thread = new StubThread(listener);
      threads.push(thread);
      return thread;
    },
    threads: 1,
    timeoutMs: 1_000,
    maxWaiting: 2,
    ...options,
  });
  return { pool, threads };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("QueryPool", () => {
  test("gives a thread one query at a time, in order", async () => {
    const { pool, threads } = createPool();
    const [one, two] = [pool.query(request("/1")), pool.query(request("/2"))];
    expect(threads[0]!.requests).toEqual([]);
    threads[0]!.ready();
    expect(threads[0]!.requests).toEqual(["/1"]);
    expect(pool.load).toEqual({ waiting: 1, running: 1 });
    threads[0]!.answer();
    threads[0]!.answer();
    expect((await one).log).toBe("/1");
    expect((await two).log).toBe("/2");
    expect(pool.load).toEqual({ waiting: 0, running: 0 });
  });

  test("uses every thread", () => {
    const { pool, threads } = createPool({ threads: 2 });
    for (const thread of threads) thread.ready();
    void pool.query(request("/1"));
    void pool.query(request("/2"));
    expect(threads.map((thread) => thread.requests)).toEqual([["/1"], ["/2"]]);
  });

  test("refuses at once what does not fit its queue", async () => {
    const { pool } = createPool();
    void pool.query(request("/1"));
    void pool.query(request("/2"));
    await expect(pool.query(request("/3"))).rejects.toSatisfy(queryBusy.is);
  });

  test("gives up what waits too long", async () => {
    const { pool } = createPool();
    const answer = expect(pool.query(request("/1"))).rejects.toSatisfy(queryBusy.is);
    vi.advanceTimersByTime(1_000);
    await answer;
    expect(pool.load.waiting).toBe(0);
  });

  test("ends the thread of a query that takes too long and goes on with another", async () => {
    const { pool, threads } = createPool();
    threads[0]!.ready();
    const slow = expect(pool.query(request("/slow"))).rejects.toSatisfy(queryTimeout.is);
    vi.advanceTimersByTime(900);
    const next = pool.query(request("/next"));
    vi.advanceTimersByTime(100);
    await slow;
    expect(threads[0]!.terminated).toBe(true);
    threads[0]!.answer();
    expect(threads).toHaveLength(2);
    threads[1]!.ready().answer();
    expect((await next).log).toBe("/next");
  });

  test("answers a fault with an error and keeps the thread", async () => {
    const { pool, threads } = createPool();
    threads[0]!.ready();
    const answer = pool.query(request("/1"));
    threads[0]!.listener.reply({ kind: "fault", message: "out of ideas" });
    await expect(answer).rejects.toThrow("query /1: out of ideas");
    void pool.query(request("/2"));
    expect(threads[0]!.requests).toEqual(["/1", "/2"]);
  });

  test("replaces a thread that ended, after a pause, and keeps what waits", async () => {
    const ended: string[] = [];
    const { pool, threads } = createPool({ onThreadEnded: (reason) => ended.push(reason) });
    threads[0]!.ready();
    const lost = expect(pool.query(request("/1"))).rejects.toSatisfy(queryAborted.is);
    const kept = pool.query(request("/2"));
    threads[0]!.listener.ended("out of memory");
    await lost;
    expect(ended).toEqual(["out of memory"]);
    expect(threads).toHaveLength(1);
    vi.advanceTimersByTime(999);
    expect(threads).toHaveLength(1);
    vi.runOnlyPendingTimers();
    await expect(kept).rejects.toSatisfy(queryBusy.is);
    expect(threads).toHaveLength(2);
  });

  test("fails what is under way when it closes, and everything after", async () => {
    const { pool, threads } = createPool();
    threads[0]!.ready();
    const running = expect(pool.query(request("/1"))).rejects.toSatisfy(queryAborted.is);
    const waiting = expect(pool.query(request("/2"))).rejects.toSatisfy(queryAborted.is);
    await pool.close();
    await running;
    await waiting;
    await expect(pool.query(request("/3"))).rejects.toSatisfy(queryBusy.is);
    expect(threads).toHaveLength(1);
    vi.runAllTimers();
    expect(threads).toHaveLength(1);
  });
});
