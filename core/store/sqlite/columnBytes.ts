import { IN_HEAP_BYTES } from "#core/primitives/bytes.js";

/** Bytes of a column that was read, without the Buffer prototype, whose `slice` differs. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  if (buffer.length <= IN_HEAP_BYTES) return new Uint8Array(buffer);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/**
 * Short bytes for one parameter of a statement. better-sqlite3 looks into what it is given, which
 * takes it out of the heap: it gets a copy, and the caller's array stays.
 */
export class BoundBytes {
  readonly #scratch = Buffer.allocUnsafeSlow(IN_HEAP_BYTES);

  /** The bytes to bind; they hold until the next call. */
  of(bytes: Uint8Array): Uint8Array {
    if (bytes.length > IN_HEAP_BYTES) return bytes;
    this.#scratch.set(bytes);
    return this.#scratch.subarray(0, bytes.length);
  }
}
