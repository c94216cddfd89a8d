import type { KvEntry, KvReader, KvStore } from "../kv.js";
import type { KeyCodec } from "./keyCodecs.js";
import { type KeyScope, KeySpace } from "./keyScope.js";

/** What is stored under a key of a set: proofs of existence need a value of a byte or more. */
const PRESENT = Uint8Array.of(1);

/** Keys without values, for example an index, in byte order of the encoded keys. */
export class KeySet<K> {
  readonly #keys: KeySpace<K>;

  /** `prefix` is the store prefix, in [0, 255]. */
  constructor(prefix: number, key: KeyCodec<K>) {
    this.#keys = new KeySpace(prefix, key);
  }

  has(kv: KvReader, key: K): boolean {
    return kv.has(this.#keys.encode(key));
  }

  /** Adding a key that is there changes nothing but the version of its leaf. */
  add(kv: KvStore, key: K): void {
    kv.set(this.#keys.encode(key), PRESENT);
  }

  /** Deleting an absent key changes nothing. */
  delete(kv: KvStore, key: K): void {
    kv.delete(this.#keys.encode(key));
  }

  /** Keys of a scope. The set must not be written meanwhile: collect them first. */
  *iterate(kv: KvReader, scope: KeyScope<K> = {}): IterableIterator<K> {
    for (const entry of this.#keys.iterate(kv, scope)) yield this.decodeEntry(entry);
  }

  /** What the stored keys of the set, or of its part under a composite's head, begin with. */
  prefixOf(head?: Uint8Array): Uint8Array {
    return this.#keys.prefixOf(head);
  }

  /** Key of a stored entry. */
  decodeEntry(entry: KvEntry): K {
    return this.#keys.decode(entry.key);
  }
}
