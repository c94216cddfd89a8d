import { concatBytes, prefixEnd } from "#core/primitives/bytes.js";
import type { IterationOrder, KeyRange, KvEntry, KvReader } from "../kv.js";
import type { KeyCodec } from "./keyCodecs.js";

/** The part of a collection that an iteration covers, and its direction. */
export interface KeyScope<K> {
  /** Only keys that begin with these members of a composite: see `TupleKeyCodec.prefix`. */
  readonly prefix?: Uint8Array | undefined;
  /** The least key, inclusive. */
  readonly start?: K | undefined;
  /** The end of the keys, exclusive. */
  readonly end?: K | undefined;
  readonly order?: IterationOrder | undefined;
}

/** A collection of keys under a store prefix. */
export class KeySpace<K> {
  readonly #prefix: Uint8Array;
  readonly #codec: KeyCodec<K>;

  constructor(prefix: number, codec: KeyCodec<K>) {
    this.#prefix = Uint8Array.of(prefix);
    this.#codec = codec;
  }

  /** The key in the store. */
  encode(key: K): Uint8Array {
    return concatBytes(this.#prefix, this.#codec.encode(key));
  }

  /** Inverse of {@link encode}. */
  decode(key: Uint8Array): K {
    return this.#codec.decode(key.subarray(this.#prefix.length));
  }

  /** What all keys of the scope begin with. */
  prefixOf(prefix?: Uint8Array): Uint8Array {
    return prefix === undefined ? this.#prefix : concatBytes(this.#prefix, prefix);
  }

  /** Stored entries of a scope, in its order. */
  iterate(kv: KvReader, scope: KeyScope<K>): IterableIterator<KvEntry> {
    return kv.iterate(this.#rangeOf(scope), scope.order);
  }

  #rangeOf(scope: KeyScope<K>): KeyRange {
    const prefix = this.prefixOf(scope.prefix);
    return {
      start: scope.start === undefined ? prefix : this.encode(scope.start),
      end: scope.end === undefined ? prefixEnd(prefix) : this.encode(scope.end),
    };
  }
}
