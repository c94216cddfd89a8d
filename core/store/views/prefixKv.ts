import { concatBytes, prefixEnd } from "#core/primitives/bytes.js";
import type { IterationOrder, KeyRange, KvEntry, KvReader, KvStore } from "../kv.js";

/** The part of a view whose keys begin with a prefix, shown without it; read only. */
export class PrefixReader implements KvReader {
  readonly #parent: KvReader;
  readonly #prefix: Uint8Array;

  constructor(parent: KvReader, prefix: Uint8Array) {
    this.#parent = parent;
    this.#prefix = prefix;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#parent.get(this.fullKey(key));
  }

  has(key: Uint8Array): boolean {
    return this.#parent.has(this.fullKey(key));
  }

  *iterate(range: KeyRange, order?: IterationOrder): IterableIterator<KvEntry> {
    const full = {
      start: this.fullKey(range.start ?? EMPTY),
      end: range.end === undefined ? prefixEnd(this.#prefix) : this.fullKey(range.end),
    };
    for (const { key, value } of this.#parent.iterate(full, order)) {
      yield { key: key.subarray(this.#prefix.length), value };
    }
  }

  /** The key in the parent. */
  protected fullKey(key: Uint8Array): Uint8Array {
    return concatBytes(this.#prefix, key);
  }
}

/** The part of a view whose keys begin with a prefix, shown without it. */
export class PrefixKv extends PrefixReader implements KvStore {
  readonly #parent: KvStore;

  constructor(parent: KvStore, prefix: Uint8Array) {
    super(parent, prefix);
    this.#parent = parent;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.#parent.set(this.fullKey(key), value);
  }

  delete(key: Uint8Array): void {
    this.#parent.delete(this.fullKey(key));
  }
}

const EMPTY = new Uint8Array(0);
