import type { Connection, Statement } from "./connection.js";

/** Facts about the whole database. */
export interface MetaValues {
  /** {@link STATE_FORMAT} of the program that wrote last. */
  readonly format: number;
  readonly chainId: string;
  /** The id that the next saved node gets; it never decreases, not even in a rollback. */
  readonly nextNode: number;
}

/** Facts about the whole database by name. */
export class MetaTable {
  readonly #get: Statement<[string], string | number>;
  readonly #set: Statement<[string, string | number]>;

  constructor(connection: Connection) {
    this.#get = connection
      .prepare<[string], string | number>("SELECT value FROM meta WHERE name = ?")
      .pluck();
    this.#set = connection.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)");
  }

  get<N extends keyof MetaValues>(name: N): MetaValues[N] | undefined {
    // The only writer is `set` below, with the type of the name.
    return this.#get.get(name) as MetaValues[N] | undefined;
  }

  set<N extends keyof MetaValues>(name: N, value: MetaValues[N]): void {
    this.#set.run(name, value);
  }
}
