/** How often each key may be served. */
export interface RateLimit {
  /** Times within a window. */
  readonly count: number;
  readonly windowMs: number;
  /** Keys that are remembered; where they are all within their windows, further ones wait. */
  readonly maxKeys: number;
}

interface Window {
  readonly startMs: number;
  taken: number;
}

/**
 * Counts how often keys were served, each in a window that begins when it is served first. The
 * memory is bounded; when it is full nobody new is served, rather than somebody forgotten.
 */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #nowMs: () => number;
  /** In the order in which windows began, so that those that are over stand in front. */
  readonly #windows = new Map<string, Window>();

  /** `nowMs` is a clock that never goes back. */
  constructor(limit: RateLimit, nowMs: () => number) {
    this.#limit = limit;
    this.#nowMs = nowMs;
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  /** Milliseconds until a key may be served; 0 for now. */
  waitMs(key: string): number {
    const nowMs = this.#nowMs();
    this.#forgetOver(nowMs);
    const { count, windowMs, maxKeys } = this.#limit;
    const found = this.#windows.get(key);
    if (found !== undefined && found.taken < count) return 0;
    if (found === undefined && this.#windows.size < maxKeys) return 0;
    const [first] = found === undefined ? this.#windows.values() : [found];
    return first === undefined ? windowMs : first.startMs + windowMs - nowMs;
  }

  /** Counts that a key is served. */
  take(key: string): void {
    const found = this.#windows.get(key);
    if (found === undefined) this.#windows.set(key, { startMs: this.#nowMs(), taken: 1 });
    else found.taken += 1;
  }

  /** Takes back what was counted, because the key was not served after all. */
  giveBack(key: string): void {
    const found = this.#windows.get(key);
    if (found === undefined) return;
    found.taken -= 1;
    if (found.taken <= 0) this.#windows.delete(key);
  }

  #forgetOver(nowMs: number): void {
    for (const [key, { startMs }] of this.#windows) {
      if (startMs + this.#limit.windowMs > nowMs) return;
      this.#windows.delete(key);
    }
  }
}
