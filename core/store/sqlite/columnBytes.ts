/**
 * Arrays of up to this many bytes are inside V8's heap; longer ones, and those that better-sqlite3
 * has made or looked into, are allocated outside. Garbage collection walks a list of these, and
 * waits for it: a tree of a hundred thousand nodes must not hold several each.
 */
const IN_HEAP_BYTES = 64;

/** Bytes of a column that was read, without the Buffer prototype, whose `slice` differs. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  if (buffer.length <= IN_HEAP_BYTES) return new Uint8Array(buffer);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** Short bytes for one parameter of a statement, which leaves the caller's array in the heap. */
export class BoundBytes {
  readonly #scratch = Buffer.allocUnsafeSlow(IN_HEAP_BYTES);

  /** The bytes to bind; they hold until the next call. */
  of(bytes: Uint8Array): Uint8Array {
    if (bytes.length > IN_HEAP_BYTES) return bytes;
    this.#scratch.set(bytes);
    return this.#scratch.subarray(0, bytes.length);
  }
}
