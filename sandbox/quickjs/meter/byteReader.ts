import { assert } from "#core/primitives/assert.js";

/** Reads the WebAssembly binary format; every read past the end breaks an invariant. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    assert(end <= bytes.length, "a WebAssembly section lies within its file");
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** Whether nothing is left. */
  get done(): boolean {
    return this.position >= this.end;
  }

  /** The next byte. */
  u8(): number {
    assert(this.position < this.end, "a WebAssembly file does not end inside an item");
    return this.bytes[this.position++] ?? 0;
  }

  /** Unsigned LEB128 below 2^32. */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    assert(false, "a LEB128 of 32 bits has at most five bytes");
  }

  /** Moves past a LEB128 of at most `length` bytes, signed or not. */
  skipLeb(length: number): void {
    for (let index = 0; index < length; index++) if (this.u8() < 0x80) return;
    assert(false, "a LEB128 is not longer than its type allows");
  }

  /** Moves past `length` bytes. */
  skip(length: number): void {
    this.position += length;
    assert(this.position <= this.end, "a WebAssembly file does not end inside an item");
  }

  /** A reader confined to the next `length` bytes, past which this one moves. */
  within(length: number): ByteReader {
    const start = this.position;
    this.skip(length);
    return new ByteReader(this.bytes, start, start + length);
  }

  /** The bytes that are left. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.position, this.end);
  }
}
