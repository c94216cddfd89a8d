const INITIAL_BYTES = 256;
const SPARE_BYTES = 4096;
const ROOM_BYTES = 64;
const NO_BYTES = new Uint8Array(0);
const ENCODER = new TextEncoder();

/**
 * A buffer that no writer holds: most messages are small, and allocating costs as much as encoding
 * them. What it contains is never read.
 */
let spare: Uint8Array | undefined;

/** Appends protobuf wire values to a growing buffer. */
export class WireWriter {
  #buffer: Uint8Array;
  #length = 0;

  constructor() {
    this.#buffer = spare ?? new Uint8Array(INITIAL_BYTES);
    spare = undefined;
  }

  /** The bytes written so far. The writer is empty afterwards. */
  finish(): Uint8Array {
    const written = this.#buffer.subarray(0, this.#length);
    // A small rest is not worth the copy; a large one would stay in memory unseen.
    const isFull = this.#length >= this.#buffer.length - (this.#buffer.length >>> 3);
    const bytes = isFull ? written : written.slice();
    if (!isFull && this.#buffer.length <= SPARE_BYTES) spare = this.#buffer;
    this.#buffer = NO_BYTES;
    this.#length = 0;
    return bytes;
  }

  /** Unsigned varint of a number in [0, 2^32). */
  uint32(value: number): void {
    this.#reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Varint of a signed 32-bit number; a negative one takes ten bytes, as protobuf has it. */
  int32(value: number): void {
    if (value >= 0) this.uint32(value);
    else this.uint64(BigInt.asUintN(64, BigInt(value)));
  }

  /** Unsigned varint of an integer in [0, 2^64). */
  uint64(value: bigint): void {
    this.#reserve(10);
    let low = Number(value & 0xfffffffn);
    let rest = value >> 28n;
    while (rest > 0n) {
      for (let group = 0; group < 4; group++) {
        this.#buffer[this.#length++] = (low & 0x7f) | 0x80;
        low >>>= 7;
      }
      low = Number(rest & 0xfffffffn);
      rest >>= 28n;
    }
    while (low > 0x7f) {
      this.#buffer[this.#length++] = (low & 0x7f) | 0x80;
      low >>>= 7;
    }
    this.#buffer[this.#length++] = low;
  }

  /** Little-endian 64-bit integer, modulo 2^64. */
  fixed64(value: bigint): void {
    this.#reserve(8);
    new DataView(this.#buffer.buffer).setBigUint64(this.#length, BigInt.asUintN(64, value), true);
    this.#length += 8;
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** Length-delimited bytes. */
  bytes(value: Uint8Array): void {
    this.uint32(value.length);
    this.raw(value);
  }

  /** Length-delimited UTF-8. */
  string(value: string): void {
    this.delimited(() => {
      this.#text(value);
    });
  }

  /** Whatever `write` appends, behind its length. */
  delimited(write: () => void): void {
    this.#reserve(1);
    const start = ++this.#length;
    write();
    const size = this.#length - start;
    if (size < 0x80) {
      this.#buffer[start - 1] = size;
      return;
    }
    const extra = varintLength(size) - 1;
    this.#reserve(extra);
    this.#buffer.copyWithin(start + extra, start, this.#length);
    this.#length = start - 1;
    this.uint32(size);
    this.#length = start + extra + size;
  }

  #text(value: string): void {
    this.#reserve(value.length * 3);
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) {
        const tail = ENCODER.encode(value.slice(index));
        this.#buffer.set(tail, this.#length);
        this.#length += tail.length;
        return;
      }
      this.#buffer[this.#length++] = unit;
    }
  }

  #reserve(extra: number): void {
    const needed = this.#length + extra;
    if (needed <= this.#buffer.length) return;
    // Double for many small values; leave little room behind a large one, often the last.
    const grown = new Uint8Array(Math.max(needed + ROOM_BYTES, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) length++;
  return length;
}
