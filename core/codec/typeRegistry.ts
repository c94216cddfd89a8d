import { sortedEntries } from "#core/primitives/sorted.js";
import { unknownType } from "./errors.js";
import type { AnyCodec, MessageCodec } from "./message.js";

/** A google.protobuf.Any: a type URL and the encoded message of that type. */
export interface PackedMessage {
  readonly typeUrl: string;
  readonly value: Uint8Array;
}

/** Message types by type URL: what an Any may hold. */
export class TypeRegistry {
  readonly #codecs = new Map<string, AnyCodec>();

  constructor(codecs: readonly AnyCodec[] = []) {
    for (const codec of codecs) this.register(codec);
  }

  register(codec: AnyCodec): void {
    this.#codecs.set(codec.typeUrl, codec);
  }

  /** A registry of these types and some more; this one stays as it is. */
  with(codecs: readonly AnyCodec[]): TypeRegistry {
    return new TypeRegistry([...this.list(), ...codecs]);
  }

  /** Every type, in ascending order of its URL. */
  list(): readonly AnyCodec[] {
    return sortedEntries(this.#codecs).map(([, codec]) => codec);
  }

  find(typeUrl: string): AnyCodec | undefined {
    return this.#codecs.get(typeUrl);
  }

  /** The codec of a type URL; fails with `codec/5 unknown type URL`. */
  get(typeUrl: string): AnyCodec {
    const codec = this.#codecs.get(typeUrl);
    if (codec === undefined) throw unknownType({ typeUrl });
    return codec;
  }

  /** Decodes what an Any holds. */
  unpack(packed: PackedMessage): object {
    return this.get(packed.typeUrl).decode(packed.value);
  }
}

/** Wraps a message in an Any. */
export function pack<T extends object>(codec: MessageCodec<T>, message: T): PackedMessage {
  return { typeUrl: codec.typeUrl, value: codec.encode(message) };
}
