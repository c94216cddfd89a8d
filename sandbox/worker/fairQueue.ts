/** A queue that takes turns between keys: no key waits behind another's backlog. */
export class FairQueue<T> {
  /** In order of their turns. */
  readonly #waiting = new Map<string, T[]>();
  #size = 0;

  /** Number of entries of all keys. */
  get size(): number {
    return this.#size;
  }

  /** Appends an entry to those of its key. */
  push(key: string, entry: T): void {
    const entries = this.#waiting.get(key);
    if (entries === undefined) this.#waiting.set(key, [entry]);
    else entries.push(entry);
    this.#size++;
  }

  /** Puts entries back in front of those of their key, and the key in front of the others. */
  unshift(key: string, entries: readonly T[]): void {
    if (entries.length === 0) return;
    const others = [...this.#waiting];
    const own = [...entries, ...(this.#waiting.get(key) ?? [])];
    this.#waiting.clear();
    this.#waiting.set(key, own);
    for (const [other, list] of others) if (other !== key) this.#waiting.set(other, list);
    this.#size += entries.length;
  }

  /**
   * Takes entries of the key whose turn it is, as many as `limitOf` its first entry allows; the
   * key goes to the end of the line. Empty, and nothing moves, when nothing waits or none is allowed.
   */
  take(limitOf: (first: T) => number): readonly T[] {
    const [next] = this.#waiting;
    if (next === undefined) return [];
    const [key, list] = next;
    const [first] = list;
    const limit = first === undefined ? 0 : limitOf(first);
    if (limit === 0) return [];
    const entries = list.splice(0, limit);
    this.#waiting.delete(key);
    if (list.length > 0) this.#waiting.set(key, list);
    this.#size -= entries.length;
    return entries;
  }

  /** Takes everything. */
  drain(): T[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#size = 0;
    return all;
  }
}
