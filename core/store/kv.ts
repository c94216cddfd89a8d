/** One key with its value. */
export interface KvEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Keys from `start` (inclusive) to `end` (exclusive), in byte order; an absent bound is open. */
export interface KeyRange {
  readonly start?: Uint8Array | undefined;
  readonly end?: Uint8Array | undefined;
}

/** Direction of an iteration, in byte order of the keys. */
export type IterationOrder = "ascending" | "descending";

/** A view that can only be read. Byte strings that it gives must not be changed. */
export interface KvReader {
  get(key: Uint8Array): Uint8Array | undefined;
  has(key: Uint8Array): boolean;
  /**
   * Entries of a range in key order. The view must not be written while an iteration is under
   * way: collect the keys first.
   */
  iterate(range: KeyRange, order?: IterationOrder): IterableIterator<KvEntry>;
}

/**
 * A view that can be written. Keys and values are 1 byte or longer and belong to the store once
 * given to it. A view cannot commit: only the block runner holds the object that can.
 */
export interface KvStore extends KvReader {
  set(key: Uint8Array, value: Uint8Array): void;
  /** Deleting an absent key changes nothing. */
  delete(key: Uint8Array): void;
}
