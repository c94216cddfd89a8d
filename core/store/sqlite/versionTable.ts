import { plainBytes } from "./columnBytes.js";
import type { Connection, Statement } from "./connection.js";

/** The tree of one store in one version. */
export interface RootRow {
  readonly store: number;
  readonly name: string;
  /** Undefined for an empty tree. */
  readonly node: number | undefined;
  /** Hash of the tree. */
  readonly root: Uint8Array;
}

/** One committed version. */
export interface VersionRow {
  readonly version: number;
  readonly appHash: Uint8Array;
  /** The least node id that the version may have added. */
  readonly firstNode: number;
}

type RawRoot = readonly [number, string, number | null, Uint8Array];
type RawVersion = readonly [number, Uint8Array, number];

/** Kept versions and their roots. */
export class VersionTable {
  readonly #last: Statement<[], RawVersion>;
  readonly #find: Statement<[number], RawVersion>;
  readonly #earliest: Statement<[], number | null>;
  readonly #roots: Statement<[number], RawRoot>;
  readonly #insert: Statement<[number, Uint8Array, number]>;
  readonly #insertRoot: Statement<[number, number, number | null, Uint8Array]>;
  readonly #deletions: ReadonlyArray<Statement<[number, number]>>;

  constructor(connection: Connection) {
    const columns = "SELECT version, app_hash, first_node FROM commit_info";
    this.#last = connection
      .prepare<[], RawVersion>(`${columns} ORDER BY version DESC LIMIT 1`)
      .raw();
    this.#find = connection.prepare<[number], RawVersion>(`${columns} WHERE version = ?`).raw();
    this.#earliest = connection
      .prepare<[], number | null>("SELECT min(version) FROM commit_info")
      .pluck();
    this.#roots = connection
      .prepare<[number], RawRoot>(
        "SELECT store, name, node, hash FROM root JOIN store ON id = store WHERE version = ?",
      )
      .raw();
    this.#insert = connection.prepare("INSERT INTO commit_info VALUES (?, ?, ?)");
    this.#insertRoot = connection.prepare("INSERT INTO root VALUES (?, ?, ?, ?)");
    this.#deletions = ["commit_info", "root"].map((table) =>
      connection.prepare(`DELETE FROM ${table} WHERE version BETWEEN ? AND ?`),
    );
  }

  /** The last committed version. */
  last(): VersionRow | undefined {
    return toVersion(this.#last.get());
  }

  find(version: number): VersionRow | undefined {
    return toVersion(this.#find.get(version));
  }

  /** The oldest kept version. */
  earliest(): number | undefined {
    return this.#earliest.get() ?? undefined;
  }

  /** Roots of a version, in no particular order; none when it is not kept. */
  roots(version: number): RootRow[] {
    return this.#roots.all(version).map(([store, name, node, hash]) => {
      return { store, name, node: node ?? undefined, root: plainBytes(hash) };
    });
  }

  insert(row: VersionRow): void {
    this.#insert.run(row.version, row.appHash, row.firstNode);
  }

  insertRoot(version: number, root: Omit<RootRow, "name">): void {
    this.#insertRoot.run(version, root.store, root.node ?? null, root.root);
  }

  /** Forgets the versions from `first` to `last`, both included. */
  delete(first: number, last: number): void {
    for (const deletion of this.#deletions) deletion.run(first, last);
  }
}

function toVersion(row: RawVersion | undefined): VersionRow | undefined {
  if (row === undefined) return undefined;
  const [version, appHash, firstNode] = row;
  return { version, appHash: plainBytes(appHash), firstNode };
}
