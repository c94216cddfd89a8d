import type { IterationOrder, KeyRange, KvEntry, KvReader } from "./kv.js";
import { iteratePages } from "./pagedIteration.js";
import type { KvTable } from "./sqlite/kvTable.js";

/** The entries that a table holds for one store now. */
export class TableKv implements KvReader {
  /** Number of the store. */
  readonly store: number;
  protected readonly table: KvTable;

  constructor(table: KvTable, store: number) {
    this.table = table;
    this.store = store;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.table.get(this.store, key);
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  iterate(range: KeyRange, order: IterationOrder = "ascending"): IterableIterator<KvEntry> {
    const fetch = (rest: KeyRange, limit: number): KvEntry[] =>
      this.table.page(this.store, rest, order, limit);
    return iteratePages(fetch, range, order);
  }
}
