/** What waits for one key. */
interface Line<T> {
  /** Work that the key has been given, on the queue's own clock. */
  readonly tag: number;
  readonly entries: T[];
}

/**
 * A queue that gives each key the same share of work: the key that has been given least comes
 * next, so that one with long entries has its turn less often than one with short ones, and none
 * waits behind another's backlog. A key that was away has no claim to what it did not ask for.
 */
export class FairQueue<T> {
  readonly #costOf: (entry: T) => number;
  /** Keys with entries, in the order in which they came. */
  readonly #waiting = new Map<string, Line<T>>();
  /** Keys without entries that have been given more than the clock says. */
  readonly #ahead = new Map<string, number>();
  /** The tag of the key that was served last. */
  #clock = 0;
  #size = 0;

  /** `costOf` says how much work an entry is, in any unit. */
  constructor(costOf: (entry: T) => number) {
    this.#costOf = costOf;
  }

  /** Number of entries of all keys. */
  get size(): number {
    return this.#size;
  }

  /** Appends an entry to those of its key. */
  push(key: string, entry: T): void {
    const line = this.#waiting.get(key);
    if (line === undefined) this.#waiting.set(key, { tag: this.#tagOf(key), entries: [entry] });
    else line.entries.push(entry);
    this.#size++;
  }

  /** Puts entries back in front of those of their key, whose turn is next. */
  unshift(key: string, entries: readonly T[]): void {
    if (entries.length === 0) return;
    const others = [...this.#waiting].filter(([other]) => other !== key);
    const own = [...entries, ...(this.#waiting.get(key)?.entries ?? [])];
    this.#waiting.clear();
    this.#waiting.set(key, { tag: this.#clock, entries: own });
    for (const [other, line] of others) this.#waiting.set(other, line);
    this.#size += entries.length;
  }

  /** The first entry of the key whose turn it is; undefined when nothing waits. */
  first(): T | undefined {
    return this.#next()?.[1].entries[0];
  }

  /** Takes up to so many entries of the key whose turn it is; none, and nothing moves, for 0. */
  take(limit: number): readonly T[] {
    const next = this.#next();
    if (next === undefined || limit <= 0) return [];
    const [key, { tag, entries: line }] = next;
    const entries = line.splice(0, limit);
    this.#clock = Math.max(this.#clock, tag);
    this.#size -= entries.length;
    this.#waiting.delete(key);
    const done = tag + entries.reduce((sum, entry) => sum + this.#costOf(entry), 0);
    if (line.length > 0) this.#waiting.set(key, { tag: done, entries: line });
    else this.#ahead.set(key, done);
    this.#forgetPassed();
    return entries;
  }

  /** Takes everything. */
  drain(): T[] {
    const all = [...this.#waiting.values()].flatMap(({ entries }) => entries);
    this.#waiting.clear();
    this.#size = 0;
    return all;
  }

  #next(): [string, Line<T>] | undefined {
    let next: [string, Line<T>] | undefined;
    for (const one of this.#waiting) if (next === undefined || one[1].tag < next[1].tag) next = one;
    return next;
  }

  #tagOf(key: string): number {
    return Math.max(this.#ahead.get(key) ?? 0, this.#clock);
  }

  #forgetPassed(): void {
    for (const [key, tag] of this.#ahead) if (tag <= this.#clock) this.#ahead.delete(key);
    // With nothing waiting there is nobody to be fair to.
    if (this.#size === 0) this.#ahead.clear();
  }
}
