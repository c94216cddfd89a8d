import { assertDefined } from "#core/primitives/assert.js";
import type { KvEntry, KvReader, KvStore } from "../kv.js";
import type { KeyCodec } from "./keyCodecs.js";
import { type KeyScope, KeySpace } from "./keyScope.js";
import type { ValueCodec } from "./valueCodecs.js";

/** Values by key, under a store prefix, in byte order of the encoded keys. */
export class KvMap<K, V> {
  readonly #keys: KeySpace<K>;
  readonly #value: ValueCodec<V>;

  /** `prefix` is the store prefix, in [0, 255]. */
  constructor(prefix: number, key: KeyCodec<K>, value: ValueCodec<V>) {
    this.#keys = new KeySpace(prefix, key);
    this.#value = value;
  }

  /** The value of a key that must be there. */
  get(kv: KvReader, key: K): V {
    return assertDefined(this.find(kv, key), "a key that must exist is in the map");
  }

  find(kv: KvReader, key: K): V | undefined {
    const bytes = kv.get(this.#keys.encode(key));
    return bytes === undefined ? undefined : this.#value.decode(bytes);
  }

  has(kv: KvReader, key: K): boolean {
    return kv.has(this.#keys.encode(key));
  }

  set(kv: KvStore, key: K, value: V): void {
    kv.set(this.#keys.encode(key), this.#value.encode(value));
  }

  /** Deleting an absent key changes nothing. */
  delete(kv: KvStore, key: K): void {
    kv.delete(this.#keys.encode(key));
  }

  /** Entries of a scope. The map must not be written meanwhile: collect them first. */
  *iterate(kv: KvReader, scope: KeyScope<K> = {}): IterableIterator<readonly [key: K, value: V]> {
    for (const entry of this.#keys.iterate(kv, scope)) yield this.decodeEntry(entry);
  }

  /** What the stored keys of the map, or of its part under a composite's head, begin with. */
  prefixOf(head?: Uint8Array): Uint8Array {
    return this.#keys.prefixOf(head);
  }

  /** Key and value of a stored entry. */
  decodeEntry(entry: KvEntry): readonly [key: K, value: V] {
    return [this.#keys.decode(entry.key), this.#value.decode(entry.value)];
  }
}
