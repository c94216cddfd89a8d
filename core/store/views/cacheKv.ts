import { assert } from "#core/primitives/assert.js";
import { compareBytes } from "#core/primitives/bytes.js";
import { compareText } from "#core/primitives/sorted.js";
import type { IterationOrder, KeyRange, KvEntry, KvReader, KvStore } from "../kv.js";
import { type DirtyEntry, EntryIndex } from "./entryIndex.js";
import { keyText } from "./keyText.js";

/** A view that can be asked with the text of the key, which each layer would else compute again. */
export interface LayerReader extends KvReader {
  /** Like `get`; `text` is {@link keyText} of `key`. */
  read(text: string, key: Uint8Array): Uint8Array | undefined;
}

/** A write as it is applied to the state below. */
export interface KvWrite {
  /** {@link keyText} of the key. */
  readonly text: string;
  readonly key: Uint8Array;
  /** Undefined marks a deletion, which may be of a key that does not exist. */
  readonly value: Uint8Array | undefined;
}

/** Holds writes over a parent view until they are merged into it or dropped. */
export class CacheKv implements KvStore, LayerReader {
  readonly #parent: LayerReader;
  #byText = new Map<string, DirtyEntry>();
  /** The same entries in the order in which their keys were first written. */
  #entries: DirtyEntry[] = [];
  #index = new EntryIndex();
  /** How many of the entries the index holds; the rest join it when somebody iterates. */
  #indexed = 0;
  #revision = 0;

  constructor(parent: LayerReader) {
    this.#parent = parent;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.read(keyText(key), key);
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  read(text: string, key: Uint8Array): Uint8Array | undefined {
    const entry = this.#byText.get(text);
    return entry === undefined ? this.#parent.read(text, key) : entry.value;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    assert(key.length > 0 && value.length > 0, "keys and values are 1 byte or longer");
    this.#put(keyText(key), key, value);
  }

  delete(key: Uint8Array): void {
    this.#put(keyText(key), key, undefined);
  }

  *iterate(range: KeyRange, order: IterationOrder = "ascending"): IterableIterator<KvEntry> {
    const revision = this.#revision;
    const mine = this.#dirty(range, order);
    const below = this.#parent.iterate(range, order);
    const sign = order === "ascending" ? 1 : -1;
    let dirty = take(mine);
    let clean = take(below);
    while (dirty !== undefined || clean !== undefined) {
      const lead = leadOf(dirty, clean, sign);
      if (dirty !== undefined && lead <= 0) {
        if (dirty.value !== undefined) yield { key: dirty.key, value: dirty.value };
        if (lead === 0) clean = take(below);
        dirty = take(mine);
      } else if (clean !== undefined) {
        yield clean;
        clean = take(below);
      }
      assert(this.#revision === revision, "a view is not written while it is iterated");
    }
  }

  /** The writes in byte order of their keys, as they stand now. */
  writes(): readonly KvWrite[] {
    return this.#entries
      .map(({ text, key, value }) => ({ text, key, value }))
      .sort((a, b) => compareText(a.text, b.text));
  }

  /** Moves the writes into `target`, which is this view's parent, and empties this view. */
  mergeInto(target: CacheKv): void {
    for (const entry of this.#entries) target.#put(entry.text, entry.key, entry.value);
    this.clear();
  }

  /** Drops the writes. */
  clear(): void {
    this.#revision++;
    if (this.#entries.length === 0) return;
    this.#byText = new Map();
    this.#entries = [];
    this.#index = new EntryIndex();
    this.#indexed = 0;
  }

  #put(text: string, key: Uint8Array, value: Uint8Array | undefined): void {
    this.#revision++;
    const known = this.#byText.get(text);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    const entry = { text, key, value };
    this.#byText.set(text, entry);
    this.#entries.push(entry);
  }

  #dirty(range: KeyRange, order: IterationOrder): IterableIterator<DirtyEntry> {
    for (; this.#indexed < this.#entries.length; this.#indexed++) {
      const entry = this.#entries[this.#indexed];
      if (entry !== undefined) this.#index.insert(entry);
    }
    const bounds = {
      start: range.start === undefined ? undefined : keyText(range.start),
      end: range.end === undefined ? undefined : keyText(range.end),
    };
    return order === "ascending" ? this.#index.ascending(bounds) : this.#index.descending(bounds);
  }
}

function take<T>(source: IterableIterator<T>): T | undefined {
  const result: IteratorResult<T, unknown> = source.next();
  return result.done === true ? undefined : result.value;
}

/** Negative when the dirty entry comes first, 0 when both have the same key. */
function leadOf(dirty: DirtyEntry | undefined, clean: KvEntry | undefined, sign: 1 | -1): number {
  if (dirty === undefined) return 1;
  if (clean === undefined) return -1;
  return compareBytes(dirty.key, clean.key) * sign;
}
