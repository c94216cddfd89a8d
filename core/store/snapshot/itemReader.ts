import { invalidSnapshot } from "../errors.js";
import { MAX_VARINT_BYTES } from "../iavl/varint.js";

/** Integers in a snapshot are below this. */
const LIMIT = Number(1n << 52n);

/**
 * Reads items from a stream that arrives in chunks and is not to be trusted. An item that is not
 * whole yet is read again, from its first byte, when more has arrived. Fails with `store/9` for
 * bytes that cannot become an item; lengths are checked before anything is waited for.
 */
export class ItemReader {
  #bytes: Uint8Array = new Uint8Array(0);
  /** Where the item that is being read begins. */
  #start = 0;
  #at = 0;
  /**
   * Bytes behind `#bytes`, which are joined when an item can be read further: small chunks of a long
   * value would each copy all that came before.
   */
  #later: Uint8Array[] = [];
  #laterBytes = 0;
  /** Bytes from the start of the item without which it cannot be read further. */
  #wanted = 0;

  /** Adds bytes, which must not be changed afterwards. */
  push(chunk: Uint8Array): void {
    this.#later.push(chunk);
    this.#laterBytes += chunk.length;
    if (this.waiting >= this.#wanted) this.#join();
  }

  /** Bytes of items that were not read. */
  get waiting(): number {
    return this.#bytes.length - this.#start + this.#laterBytes;
  }

  /** Reads one item; undefined while `read` says that it is not whole. */
  next<T>(read: (reader: ItemReader) => T | undefined): T | undefined {
    if (this.#laterBytes > 0) return undefined;
    this.#at = this.#start;
    const item = read(this);
    if (item === undefined) return undefined;
    this.#start = this.#at;
    this.#wanted = 0;
    return item;
  }

  byte(): number | undefined {
    return this.fixed(1)?.[0];
  }

  /** An unsigned LEB128 number below 2^52 in its shortest form. */
  uvarint(): number | undefined {
    let value = 0;
    let unit = 1;
    for (let count = 1; count <= MAX_VARINT_BYTES; count++) {
      const byte = this.byte();
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * unit;
      unit *= 0x80;
      if (byte > 0x7f) continue;
      if (value >= LIMIT || (byte === 0 && count > 1)) break;
      return value;
    }
    throw invalidSnapshot({ problem: "a number is not in its shortest form or not below 2^52" });
  }

  /** Bytes behind their length, which is 1 to `limit`; a view that a later chunk leaves valid. */
  counted(what: string, limit: number): Uint8Array | undefined {
    const length = this.uvarint();
    if (length === undefined) return undefined;
    if (length < 1 || length > limit) {
      throw invalidSnapshot({
        problem: `a ${what} has ${length} bytes; 1 to ${limit} are possible`,
      });
    }
    return this.fixed(length);
  }

  /** So many bytes. */
  fixed(length: number): Uint8Array | undefined {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      this.#wanted = end - this.#start;
      return undefined;
    }
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  /** Chunks may be tens of thousands, too many for the arguments of a call. */
  #join(): void {
    const joined = new Uint8Array(this.waiting);
    let at = 0;
    for (const part of [this.#bytes.subarray(this.#start), ...this.#later]) {
      joined.set(part, at);
      at += part.length;
    }
    this.#bytes = joined;
    this.#start = 0;
    this.#later = [];
    this.#laterBytes = 0;
  }
}
