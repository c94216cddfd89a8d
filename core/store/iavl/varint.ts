import { assertDefined } from "#core/primitives/assert.js";

/** Most bytes that a varint of an integer below 2^53 takes. */
export const MAX_VARINT_BYTES = 8;

/**
 * Writes an unsigned LEB128 varint of an integer in [0, 2^53) at an offset and gives the offset
 * after it. Numbers, because this runs for every node of every block.
 */
export function writeUvarint(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest = rest > 0x7fffffff ? Number(BigInt(rest) >> 7n) : rest >>> 7;
  }
  target[at++] = rest;
  return at;
}

/** Zig-zag varint of a non-negative integer below 2^52, as Go's binary.PutVarint writes it. */
export function writeSvarint(target: Uint8Array, offset: number, value: number): number {
  return writeUvarint(target, offset, value * 2);
}

/** Reads varints and byte strings from a record that this program wrote. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** An unsigned varint below 2^53. */
  uvarint(): number {
    let value = 0;
    let unit = 1;
    let byte = this.#next();
    while (byte > 0x7f) {
      value += (byte & 0x7f) * unit;
      unit *= 0x80;
      byte = this.#next();
    }
    return value + byte * unit;
  }

  /** The next `length` bytes, or all that are left; a view of the record. */
  bytes(length?: number): Uint8Array {
    const end = length === undefined ? this.#bytes.length : this.#at + length;
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  /** A copy of the next `length` bytes, which lets the record go. */
  copy(length: number): Uint8Array {
    return this.bytes(length).slice();
  }

  /** Whether all bytes were read. */
  atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  #next(): number {
    return assertDefined(this.#bytes[this.#at++], "a stored record is whole");
  }
}
