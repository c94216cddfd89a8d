import type { IterationOrder, KeyRange, KvEntry } from "../kv.js";
import { BoundBytes, plainBytes } from "./columnBytes.js";
import type { Connection, Statement } from "./connection.js";

type Row = readonly [Uint8Array, Uint8Array];

interface Pages {
  readonly bounded: Statement<[number, Uint8Array, Uint8Array, number], Row>;
  readonly open: Statement<[number, Uint8Array, number], Row>;
}

const EMPTY = new Uint8Array(0);

/** Current entries of many stores: table `flat` for tree stores, `blob` for blob stores. */
export class KvTable {
  readonly #get: Statement<[number, Uint8Array], Uint8Array>;
  readonly #set: Statement<[number, Uint8Array, Uint8Array]>;
  readonly #delete: Statement<[number, Uint8Array]>;
  readonly #ascending: Pages;
  readonly #descending: Pages;
  readonly #key = new BoundBytes();
  readonly #value = new BoundBytes();

  constructor(connection: Connection, table: "flat" | "blob") {
    this.#get = connection
      .prepare<[number, Uint8Array], Uint8Array>(
        `SELECT value FROM ${table} WHERE store = ? AND key = ?`,
      )
      .pluck();
    this.#set = connection.prepare(
      `INSERT INTO ${table} VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
    );
    this.#delete = connection.prepare(`DELETE FROM ${table} WHERE store = ? AND key = ?`);
    this.#ascending = preparePages(connection, table, "ASC");
    this.#descending = preparePages(connection, table, "DESC");
  }

  get(store: number, key: Uint8Array): Uint8Array | undefined {
    const value = this.#get.get(store, this.#key.of(key));
    return value === undefined ? undefined : plainBytes(value);
  }

  /** Sets a key, or deletes it when `value` is undefined. */
  put(store: number, key: Uint8Array, value: Uint8Array | undefined): void {
    const bound = this.#key.of(key);
    if (value === undefined) this.#delete.run(store, bound);
    else this.#set.run(store, bound, this.#value.of(value));
  }

  /** The first `limit` entries of a range in the given order. */
  page(store: number, range: KeyRange, order: IterationOrder, limit: number): KvEntry[] {
    const pages = order === "ascending" ? this.#ascending : this.#descending;
    const start = range.start ?? EMPTY;
    const rows =
      range.end === undefined
        ? pages.open.all(store, start, limit)
        : pages.bounded.all(store, start, range.end, limit);
    return rows.map(([key, value]) => ({ key: plainBytes(key), value: plainBytes(value) }));
  }
}

function preparePages(connection: Connection, table: string, order: "ASC" | "DESC"): Pages {
  const from = `SELECT key, value FROM ${table} WHERE store = ? AND key >= ?`;
  return {
    bounded: connection
      .prepare<[number, Uint8Array, Uint8Array, number], Row>(
        `${from} AND key < ? ORDER BY key ${order} LIMIT ?`,
      )
      .raw(),
    open: connection
      .prepare<[number, Uint8Array, number], Row>(`${from} ORDER BY key ${order} LIMIT ?`)
      .raw(),
  };
}
