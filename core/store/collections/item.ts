import { assertDefined } from "#core/primitives/assert.js";
import type { KvReader, KvStore } from "../kv.js";
import type { ValueCodec } from "./valueCodecs.js";

/** A single value at a prefix of its own. */
export class Item<V> {
  readonly #key: Uint8Array;
  readonly #value: ValueCodec<V>;

  /** `prefix` is the store prefix, in [0, 255]. */
  constructor(prefix: number, value: ValueCodec<V>) {
    this.#key = Uint8Array.of(prefix);
    this.#value = value;
  }

  /** The value, which genesis or a migration has set. */
  get(kv: KvReader): V {
    return assertDefined(this.find(kv), "an item that must exist is set");
  }

  find(kv: KvReader): V | undefined {
    const bytes = kv.get(this.#key);
    return bytes === undefined ? undefined : this.#value.decode(bytes);
  }

  has(kv: KvReader): boolean {
    return kv.has(this.#key);
  }

  set(kv: KvStore, value: V): void {
    kv.set(this.#key, this.#value.encode(value));
  }

  delete(kv: KvStore): void {
    kv.delete(this.#key);
  }
}
