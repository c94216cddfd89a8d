import { ADDRESS_BYTES, type Address } from "#core/crypto/address.js";
import { assert, assertDefined } from "#core/primitives/assert.js";
import {
  concatBytes,
  fromUtf8,
  uint64FromBytes,
  uint64ToBytes,
  utf8,
} from "#core/primitives/bytes.js";

/**
 * How a collection writes its keys. A key that is last in a composite, or alone, may take the rest
 * of the bytes; one that others follow says where it ends.
 */
export interface KeyCodec<K> {
  /** The key alone or last. */
  readonly encode: (key: K) => Uint8Array;
  /** Inverse of `encode`, of bytes that this program wrote. */
  readonly decode: (bytes: Uint8Array) => K;
  /** The key with others behind it. */
  readonly encodePart: (key: K) => Uint8Array;
  /** The first key of `bytes` and the number of bytes that it takes. */
  readonly decodePart: (bytes: Uint8Array) => readonly [key: K, length: number];
}

/** 8 bytes big-endian, so that byte order is numeric order; of an integer in [0, 2^64). */
export const uint64Key: KeyCodec<bigint> = fixedKey(8, encodeUint64, uint64FromBytes);

/** Bytes as they are; before other keys behind their length in one byte, hence 255 at most. */
export const bytesKey: KeyCodec<Uint8Array> = {
  encode: (key) => key,
  decode: (bytes) => bytes,
  encodePart: withLength,
  decodePart: takeWithLength,
};

/**
 * UTF-8; before other keys with a zero byte behind it, which keeps byte order and which the text
 * must not contain (SDK collections.StringKey).
 */
export const textKey: KeyCodec<string> = {
  encode: utf8,
  decode: decodeText,
  encodePart: (key) => {
    assert(!key.includes("\0"), "a text key before other keys has no zero byte");
    return concatBytes(utf8(key), ZERO);
  },
  decodePart: (bytes) => {
    const end = bytes.indexOf(0);
    assert(end >= 0, "a text key before other keys ends with a zero byte");
    return [decodeText(bytes.subarray(0, end)), end + 1];
  },
};

/** 20 bytes of an address; before other keys behind their length (SDK sdk.AccAddressKey). */
export const addressKey: KeyCodec<Address> = {
  encode: (address) => address,
  decode: asAddress,
  encodePart: withLength,
  decodePart: (bytes) => {
    const [key, length] = takeWithLength(bytes);
    return [asAddress(key), length];
  },
};

/** A key that is behind its length even where it is last (SDK sdk.LengthPrefixedAddressKey). */
export function lengthPrefixedKey<K>(codec: KeyCodec<K>): KeyCodec<K> {
  const encode = (key: K): Uint8Array => withLength(codec.encode(key));
  const decodePart = (bytes: Uint8Array): readonly [K, number] => {
    const [key, length] = takeWithLength(bytes);
    return [codec.decode(key), length];
  };
  return { encode, decode: (bytes) => decodePart(bytes)[0], encodePart: encode, decodePart };
}

const ZERO = Uint8Array.of(0);

function encodeUint64(value: bigint): Uint8Array {
  assert(value >= 0n && value < 1n << 64n, "a uint64 key is in [0, 2^64)");
  return uint64ToBytes(value);
}

function fixedKey<K>(
  length: number,
  encode: (key: K) => Uint8Array,
  decode: (bytes: Uint8Array) => K,
): KeyCodec<K> {
  return { encode, decode, encodePart: encode, decodePart: (bytes) => [decode(bytes), length] };
}

function withLength(bytes: Uint8Array): Uint8Array {
  assert(bytes.length <= 255, "a key before other keys has 255 bytes at most");
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

function takeWithLength(bytes: Uint8Array): readonly [Uint8Array, number] {
  const end = 1 + assertDefined(bytes[0], "a length precedes the key");
  assert(end <= bytes.length, "the key is as long as its length says");
  return [bytes.subarray(1, end), end];
}

function decodeText(bytes: Uint8Array): string {
  return assertDefined(fromUtf8(bytes), "stored text is UTF-8");
}

function asAddress(bytes: Uint8Array): Address {
  assert(bytes.length === ADDRESS_BYTES, "a stored address has 20 bytes");
  return bytes as Address;
}
