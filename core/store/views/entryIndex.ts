import { compareText } from "#core/primitives/sorted.js";

/** A write that is not in the parent yet. */
export interface DirtyEntry {
  /** {@link keyText} of the key. */
  readonly text: string;
  readonly key: Uint8Array;
  /** Undefined marks a deletion. */
  value: Uint8Array | undefined;
}

/** Bounds of a walk as texts: `start` inclusive, `end` exclusive. */
export interface TextRange {
  readonly start: string | undefined;
  readonly end: string | undefined;
}

/** An insertion moves at most this many references, whatever the size of the index. */
const CHUNK_ENTRIES = 128;

/**
 * Entries in byte order of their keys: a list of short sorted lists. Inserting costs a binary
 * search and a short shift, so thousands of transactions that each write and iterate do not sort
 * all their block's writes again and again.
 */
export class EntryIndex {
  readonly #chunks: DirtyEntry[][] = [];

  /** Adds an entry whose text is not in the index. */
  insert(entry: DirtyEntry): void {
    const at = Math.max(0, this.#chunkAfter(entry.text) - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([entry]);
      return;
    }
    chunk.splice(lowerBound(chunk, entry.text), 0, entry);
    if (chunk.length > CHUNK_ENTRIES) {
      this.#chunks.splice(at + 1, 0, chunk.splice(chunk.length >> 1));
    }
  }

  /** Entries of a range, lowest key first. The index must not change meanwhile. */
  *ascending(range: TextRange): IterableIterator<DirtyEntry> {
    const first = range.start === undefined ? 0 : Math.max(0, this.#chunkAfter(range.start) - 1);
    for (let at = first; at < this.#chunks.length; at++) {
      const chunk = this.#chunks[at] ?? [];
      const from = at === first && range.start !== undefined ? lowerBound(chunk, range.start) : 0;
      for (let place = from; place < chunk.length; place++) {
        const entry = chunk[place];
        if (entry === undefined) continue;
        if (range.end !== undefined && entry.text >= range.end) return;
        yield entry;
      }
    }
  }

  /** Entries of a range, highest key first. The index must not change meanwhile. */
  *descending(range: TextRange): IterableIterator<DirtyEntry> {
    const last = (range.end === undefined ? this.#chunks.length : this.#chunkAfter(range.end)) - 1;
    for (let at = last; at >= 0; at--) {
      const chunk = this.#chunks[at] ?? [];
      const to =
        at === last && range.end !== undefined ? lowerBound(chunk, range.end) : chunk.length;
      for (let place = to - 1; place >= 0; place--) {
        const entry = chunk[place];
        if (entry === undefined) continue;
        if (range.start !== undefined && entry.text < range.start) return;
        yield entry;
      }
    }
  }

  /** Number of chunks whose first entry is not after `text`. */
  #chunkAfter(text: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = this.#chunks[middle]?.[0];
      if (first !== undefined && compareText(first.text, text) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Position of the first entry whose text is not below `text`. */
function lowerBound(chunk: readonly DirtyEntry[], text: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = chunk[middle];
    if (entry !== undefined && entry.text < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
