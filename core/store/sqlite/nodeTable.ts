import { assertDefined } from "#core/primitives/assert.js";
import { plainBytes } from "./columnBytes.js";
import type { Connection, Statement } from "./connection.js";

/** Rows inserted by one call, which halves the time that calls into SQLite take. */
const RUN_ROWS = 16;

/** Tree nodes by id. */
export class NodeTable {
  readonly #get: Statement<[number], Uint8Array>;
  readonly #insert: Statement<[number, Uint8Array]>;
  readonly #insertRun: Statement<Array<number | Uint8Array>>;
  readonly #delete: Statement<[number]>;
  readonly #deleteFrom: Statement<[number]>;

  constructor(connection: Connection) {
    this.#get = connection
      .prepare<[number], Uint8Array>("SELECT record FROM node WHERE id = ?")
      .pluck();
    this.#insert = connection.prepare("INSERT INTO node VALUES (?, ?)");
    const rows = Array.from({ length: RUN_ROWS }, () => "(?, ?)").join(", ");
    this.#insertRun = connection.prepare(`INSERT INTO node VALUES ${rows}`);
    this.#delete = connection.prepare("DELETE FROM node WHERE id = ?");
    this.#deleteFrom = connection.prepare("DELETE FROM node WHERE id >= ?");
  }

  /** The record of a node that is kept. */
  get(id: number): Uint8Array {
    return plainBytes(assertDefined(this.#get.get(id), "nodes of kept versions are kept"));
  }

  /** Inserts the records of `items`, which `recordOf` makes in order, under ids from one on. */
  insert<T>(firstId: number, items: readonly T[], recordOf: (item: T) => Uint8Array): void {
    const run = new Array<number | Uint8Array>(2 * RUN_ROWS);
    const runs = items.length - (items.length % RUN_ROWS);
    for (const [place, item] of items.entries()) {
      if (place >= runs) {
        this.#insert.run(firstId + place, recordOf(item));
        continue;
      }
      const row = place % RUN_ROWS;
      run[2 * row] = firstId + place;
      run[2 * row + 1] = recordOf(item);
      if (row === RUN_ROWS - 1) this.#insertRun.run(...run);
    }
  }

  /** Deletes nodes, in ascending order of their ids: neighbours share pages. */
  delete(ids: readonly number[]): void {
    for (const id of ids.toSorted((a, b) => a - b)) this.#delete.run(id);
  }

  /** Deletes all nodes from an id on. */
  deleteFrom(first: number): void {
    this.#deleteFrom.run(first);
  }
}
