import { RecordReader, writeUvarint, MAX_VARINT_BYTES } from "../iavl/varint.js";
import { plainBytes } from "./columnBytes.js";
import type { Connection, Statement } from "./connection.js";

/** Nodes that each version left behind; they go when the version before it goes. */
export class OrphanTable {
  readonly #insert: Statement<[number, number, Uint8Array]>;
  readonly #upTo: Statement<[number], Uint8Array>;
  readonly #deleteUpTo: Statement<[number]>;
  readonly #deleteOf: Statement<[number]>;

  constructor(connection: Connection) {
    this.#insert = connection.prepare("INSERT INTO orphan VALUES (?, ?, ?)");
    this.#upTo = connection
      .prepare<[number], Uint8Array>("SELECT nodes FROM orphan WHERE version <= ?")
      .pluck();
    this.#deleteUpTo = connection.prepare("DELETE FROM orphan WHERE version <= ?");
    this.#deleteOf = connection.prepare("DELETE FROM orphan WHERE version = ?");
  }

  insert(version: number, store: number, ids: readonly number[]): void {
    if (ids.length > 0) this.#insert.run(version, store, packIds(ids));
  }

  /** Takes out what all versions up to `version` left behind. */
  takeUpTo(version: number): number[] {
    const ids = this.#upTo.all(version).flatMap(unpackIds);
    this.#deleteUpTo.run(version);
    return ids;
  }

  /** Forgets what `version` left behind: it is taken back, so the nodes are in use again. */
  delete(version: number): void {
    this.#deleteOf.run(version);
  }
}

/** A blob as it was before a version changed it. */
export interface BlobBefore {
  readonly store: number;
  readonly key: Uint8Array;
  /** Undefined for a key that was absent. */
  readonly value: Uint8Array | undefined;
}

type RawBlob = readonly [number, Uint8Array, Uint8Array | null];

/** What each kept version changed in the blob stores, so that it can be taken back. */
export class BlobUndoTable {
  readonly #insert: Statement<[number, number, Uint8Array, Uint8Array | null]>;
  readonly #of: Statement<[number], RawBlob>;
  readonly #deleteOf: Statement<[number]>;
  readonly #deleteUpTo: Statement<[number]>;

  constructor(connection: Connection) {
    this.#insert = connection.prepare("INSERT INTO blob_undo VALUES (?, ?, ?, ?)");
    this.#of = connection
      .prepare<[number], RawBlob>("SELECT store, key, value FROM blob_undo WHERE version = ?")
      .raw();
    this.#deleteOf = connection.prepare("DELETE FROM blob_undo WHERE version = ?");
    this.#deleteUpTo = connection.prepare("DELETE FROM blob_undo WHERE version <= ?");
  }

  insert(version: number, before: BlobBefore): void {
    this.#insert.run(version, before.store, before.key, before.value ?? null);
  }

  /** Takes out what a version changed. */
  take(version: number): BlobBefore[] {
    const rows = this.#of.all(version);
    this.#deleteOf.run(version);
    return rows.map(([store, key, value]) => {
      return { store, key: plainBytes(key), value: value === null ? undefined : plainBytes(value) };
    });
  }

  /** Forgets what the versions up to `version` changed. */
  deleteUpTo(version: number): void {
    this.#deleteUpTo.run(version);
  }
}

function packIds(ids: readonly number[]): Uint8Array {
  const packed = new Uint8Array(ids.length * MAX_VARINT_BYTES);
  let at = 0;
  for (const id of ids) at = writeUvarint(packed, at, id);
  return packed.subarray(0, at);
}

function unpackIds(packed: Uint8Array): number[] {
  const reader = new RecordReader(packed);
  const ids: number[] = [];
  while (!reader.atEnd()) ids.push(reader.uvarint());
  return ids;
}
