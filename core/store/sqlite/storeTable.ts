import type { StoreKey } from "../storeKey.js";
import { storeKindChanged } from "../errors.js";
import type { Connection, Statement } from "./connection.js";

type Row = readonly [number, string];

/** Numbers that stand for the names of stores. */
export class StoreTable {
  readonly #find: Statement<[string], Row>;
  readonly #insert: Statement<[string, string]>;

  constructor(connection: Connection) {
    this.#find = connection
      .prepare<[string], Row>("SELECT id, kind FROM store WHERE name = ?")
      .raw();
    this.#insert = connection.prepare("INSERT INTO store (name, kind) VALUES (?, ?)");
  }

  /** The number of a store; undefined when the database does not know it. */
  find(key: StoreKey): number | undefined {
    const row = this.#find.get(key.name);
    if (row === undefined) return undefined;
    const [id, kind] = row;
    if (kind !== key.kind) throw storeKindChanged({ store: key.name, was: kind, is: key.kind });
    return id;
  }

  /** Adds a store that the database does not know yet. */
  ensure(key: StoreKey): void {
    if (this.find(key) === undefined) this.#insert.run(key.name, key.kind);
  }
}
