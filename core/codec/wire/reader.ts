import { fromUtf8, IN_HEAP_BYTES } from "#core/primitives/bytes.js";
import { malformedWire } from "../errors.js";

/** A message of at most this many bytes is copied once for all its fields. */
const COPIED_WHOLE_BYTES = 16_384;

/**
 * Reads protobuf wire values and refuses what only a hostile or broken encoder writes: varints
 * with superfluous bytes, lengths past the end, invalid UTF-8. Errors name `at`, the field.
 */
export class WireReader {
  readonly #message: MessageBytes;
  readonly #bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(message: Uint8Array | MessageBytes, start = 0, end?: number) {
    this.#message = message instanceof MessageBytes ? message : new MessageBytes(message);
    this.#bytes = this.#message.bytes;
    this.position = start;
    this.end = end ?? this.#bytes.length;
  }

  /** Unsigned varint below 2^32. */
  uint32(at: string): number {
    // Nearly every tag and length is one byte.
    const byte = this.position < this.end ? (this.#bytes[this.position] ?? 0x80) : 0x80;
    if (byte < 0x80) {
      this.position++;
      return byte;
    }
    const value = this.#varint(at);
    if (value > 0xffffffffn) throw malformedWire({ at, found: "a varint over 32 bits" });
    return Number(value);
  }

  /** Varint of a signed 32-bit integer. */
  int32(at: string): number {
    const value = BigInt.asIntN(64, this.#varint(at));
    if (value < -0x80000000n || value > 0x7fffffffn) {
      throw malformedWire({ at, found: "a varint over 32 bits" });
    }
    return Number(value);
  }

  /** Unsigned varint below 2^64. */
  uint64(at: string): bigint {
    return this.#varint(at);
  }

  /** Varint of a signed 64-bit integer. */
  int64(at: string): bigint {
    return BigInt.asIntN(64, this.#varint(at));
  }

  /** A varint that is 0 or 1. */
  bool(at: string): boolean {
    const value = this.#varint(at);
    if (value > 1n) throw malformedWire({ at, found: "a bool over 1" });
    return value === 1n;
  }

  /** Little-endian unsigned 64-bit integer. */
  fixed64(at: string): bigint {
    const start = this.#take(8, at);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, 8).getBigUint64(
      0,
      true,
    );
  }

  /** Length-delimited bytes, which do not change with what is read from. */
  bytes(at: string): Uint8Array {
    const length = this.uint32(at);
    const start = this.#take(length, at);
    return this.#message.copy(start, start + length);
  }

  /** Length-delimited UTF-8. */
  string(at: string): string {
    const length = this.uint32(at);
    const start = this.#take(length, at);
    const text = asciiText(this.#bytes, start, length);
    if (text !== undefined) return text;
    const decoded = fromUtf8(this.#bytes.subarray(start, start + length));
    if (decoded === undefined) throw malformedWire({ at, found: "text that is not UTF-8" });
    return decoded;
  }

  /** A reader confined to the next length-delimited value, past which this one moves. */
  delimited(at: string): WireReader {
    const length = this.uint32(at);
    const start = this.#take(length, at);
    return new WireReader(this.#message, start, start + length);
  }

  #take(length: number, at: string): number {
    const start = this.position;
    if (start + length > this.end) throw malformedWire({ at, found: "a length past the end" });
    this.position = start + length;
    return start;
  }

  #varint(at: string): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte(at);
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw malformedWire({ at, found: "a padded varint" });
        return BigInt(low);
      }
    }
    return this.#longVarint(BigInt(low), at);
  }

  #longVarint(low: bigint, at: string): bigint {
    let value = low;
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte(at);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (byte === 0) throw malformedWire({ at, found: "a padded varint" });
        if (value >= 1n << 64n) break;
        return value;
      }
    }
    throw malformedWire({ at, found: "a varint over 64 bits" });
  }

  #byte(at: string): number {
    const byte = this.position < this.end ? this.#bytes[this.position] : undefined;
    if (byte === undefined) throw malformedWire({ at, found: "the end inside a varint" });
    this.position++;
    return byte;
  }
}

/**
 * The bytes of a message, and copies of its parts. Array buffers are few, because garbage
 * collection waits for a list of them all: a small message is copied once for all its fields, and
 * only a large one, which a short field would keep in memory, for each of them.
 */
class MessageBytes {
  readonly bytes: Uint8Array;
  #copy: Uint8Array | undefined = undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  copy(start: number, end: number): Uint8Array {
    // Not slice: that of a Buffer is a view.
    if (end - start <= IN_HEAP_BYTES || this.bytes.length > COPIED_WHOLE_BYTES) {
      return new Uint8Array(this.bytes.subarray(start, end));
    }
    this.#copy ??= new Uint8Array(this.bytes);
    return this.#copy.subarray(start, end);
  }
}

const ASCII_CHUNK = 512;

function asciiText(bytes: Uint8Array, start: number, length: number): string | undefined {
  if (length > ASCII_CHUNK) return undefined;
  const units = new Array<number>(length);
  for (let index = 0; index < length; index++) {
    const byte = bytes[start + index] ?? 0x80;
    if (byte > 0x7f) return undefined;
    units[index] = byte;
  }
  return String.fromCharCode(...units);
}
