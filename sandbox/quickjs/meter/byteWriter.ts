const INITIAL_BYTES = 256;
const ENCODER = new TextEncoder();

/** Writes the WebAssembly binary format into a growing buffer. */
export class ByteWriter {
  #buffer: Uint8Array;
  #length = 0;

  constructor(capacity: number = INITIAL_BYTES) {
    this.#buffer = new Uint8Array(capacity);
  }

  /** The bytes written, without a copy; valid until the next write. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Forgets what was written and keeps the buffer. */
  clear(): void {
    this.#length = 0;
  }

  /** Single bytes. */
  u8(...values: readonly number[]): this {
    this.#reserve(values.length);
    for (const value of values) this.#buffer[this.#length++] = value;
    return this;
  }

  /** Bytes as they are. */
  bytes(values: Uint8Array): this {
    this.#reserve(values.length);
    this.#buffer.set(values, this.#length);
    this.#length += values.length;
    return this;
  }

  /** Unsigned LEB128 of a number below 2^32. */
  u32(value: number): this {
    this.#reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#length++] = rest;
    return this;
  }

  /** Signed LEB128. */
  signed(value: bigint): this {
    let rest = value;
    for (;;) {
      const group = Number(rest & 0x7fn);
      rest >>= 7n;
      const signBit = (group & 0x40) !== 0;
      if ((rest === 0n && !signBit) || (rest === -1n && signBit)) return this.u8(group);
      this.u8(group | 0x80);
    }
  }

  /** A name: its length and its UTF-8. */
  name(text: string): this {
    const bytes = ENCODER.encode(text);
    return this.u32(bytes.length).bytes(bytes);
  }

  /** A section or another item that stands behind its length. */
  sized(content: Uint8Array): this {
    return this.u32(content.length).bytes(content);
  }

  #reserve(extra: number): void {
    const needed = this.#length + extra;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
