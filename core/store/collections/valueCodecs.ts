import type { MessageCodec } from "#core/codec/message.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import { fromUtf8, uint64FromBytes, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";

/** How a collection writes its values, which are one byte or longer. */
export interface ValueCodec<V> {
  readonly encode: (value: V) => Uint8Array;
  /** Inverse of `encode`, of bytes that this program wrote. */
  readonly decode: (bytes: Uint8Array) => V;
}

/** 8 bytes big-endian of an integer in [0, 2^64). */
export const uint64Value: ValueCodec<bigint> = {
  encode: (value) => {
    assert(value >= 0n && value < 1n << 64n, "a uint64 value is in [0, 2^64)");
    return uint64ToBytes(value);
  },
  decode: uint64FromBytes,
};

/** Bytes as they are, at least one. */
export const bytesValue: ValueCodec<Uint8Array> = {
  encode: (value) => value,
  decode: (bytes) => bytes,
};

/** UTF-8 of a text that is not empty. */
export const textValue: ValueCodec<string> = {
  encode: utf8,
  decode: (bytes) => assertDefined(fromUtf8(bytes), "stored text is UTF-8"),
};

/** No protobuf message begins with a zero byte, so it can stand for the one without bytes. */
const NO_FIELDS = Uint8Array.of(0);

/** Canonical protobuf; a message with nothing but defaults, which has no bytes, as a zero byte. */
export function messageValue<V extends object>(codec: MessageCodec<V>): ValueCodec<V> {
  return {
    encode: (value) => {
      const bytes = codec.encode(value);
      return bytes.length === 0 ? NO_FIELDS : bytes;
    },
    decode: (bytes) => (bytes[0] === 0 ? codec.create() : codec.decode(bytes)),
  };
}
