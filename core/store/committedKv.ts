import { GenerationCache } from "./generationCache.js";
import { TableKv } from "./tableKv.js";
import type { KvWrite, LayerReader } from "./views/cacheKv.js";
import { keyText } from "./views/keyText.js";

/** Values remembered per store and generation: some 10 MB for a store as busy as `bank`. */
const CACHED_VALUES = 32_768;

/** Longer values are read from the database each time. */
const LARGEST_CACHED_BYTES = 512;

/** The last committed entries of one store, as the writer's thread sees them. */
export class CommittedKv extends TableKv implements LayerReader {
  readonly #cache = new GenerationCache<string, Uint8Array>(CACHED_VALUES);

  override get(key: Uint8Array): Uint8Array | undefined {
    return this.read(keyText(key), key);
  }

  read(text: string, key: Uint8Array): Uint8Array | undefined {
    const cached = this.#cache.get(text);
    if (cached !== undefined) return cached;
    const value = this.table.get(this.store, key);
    if (value !== undefined) this.#remember(text, value);
    return value;
  }

  /** Writes to the table, inside the transaction of a commit. */
  persist(writes: readonly KvWrite[]): void {
    for (const { key, value } of writes) this.table.put(this.store, key, value);
  }

  /** Brings what is remembered up to date once the writes are committed. */
  refresh(writes: readonly KvWrite[]): void {
    for (const { text, value } of writes) {
      this.#cache.delete(text);
      if (value !== undefined) this.#remember(text, value);
    }
  }

  /** Drops what is remembered. */
  forget(): void {
    this.#cache.clear();
  }

  #remember(text: string, value: Uint8Array): void {
    if (value.length <= LARGEST_CACHED_BYTES) this.#cache.set(text, value);
  }
}

/** A store that holds nothing below its branches. */
export const EMPTY_KV: LayerReader = {
  get: () => undefined,
  has: () => false,
  read: () => undefined,
  iterate: () => [][Symbol.iterator](),
};
