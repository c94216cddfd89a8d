import { setTimeout as sleep } from "node:timers/promises";
import type { Rpc } from "./rpc.js";

/** How often the height is asked for. */
const POLL_MS = 40;

/** Notes when each height was first seen to be committed. */
export class HeightLog {
  readonly #rpc: Rpc;
  readonly #seenMs = new Map<number, number>();
  #last = 0;
  #running = true;
  #polling: Promise<void> = Promise.resolve();

  private constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  static async start(rpc: Rpc): Promise<HeightLog> {
    const log = new HeightLog(rpc);
    await log.#poll();
    log.#polling = log.#watch();
    return log;
  }

  get last(): number {
    return this.#last;
  }

  /** When a height was committed, on the clock of `performance.now`, within a poll. */
  seenMs(height: number): number | undefined {
    return this.#seenMs.get(height);
  }

  /** Waits until the chain is at a height at least. */
  async reach(height: number): Promise<void> {
    while (this.#last < height) await sleep(POLL_MS);
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#polling;
  }

  async #watch(): Promise<void> {
    while (this.#running) {
      await sleep(POLL_MS);
      await this.#poll();
    }
  }

  async #poll(): Promise<void> {
    const height = await this.#rpc.height();
    const now = performance.now();
    for (let next = this.#last + 1; next <= height; next++) this.#seenMs.set(next, now);
    this.#last = Math.max(this.#last, height);
  }
}
