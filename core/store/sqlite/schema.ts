import type { Connection } from "./connection.js";

const INITIAL_TABLES = `
  -- chain id, state format, the next node id
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
  -- numbers that stand for store names in the other tables
  CREATE TABLE store (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL) STRICT;
  -- current entries of tree stores
  CREATE TABLE flat (store INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (store, key)) STRICT, WITHOUT ROWID;
  -- tree nodes of all kept versions; ids ascend with versions and are never used again
  CREATE TABLE node (id INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;
  -- tree roots; node is null for an empty tree
  CREATE TABLE root (version INTEGER NOT NULL, store INTEGER NOT NULL, node INTEGER,
    hash BLOB NOT NULL, PRIMARY KEY (version, store)) STRICT, WITHOUT ROWID;
  -- node ids that the version before has and this one has not, as varints
  CREATE TABLE orphan (version INTEGER NOT NULL, store INTEGER NOT NULL, nodes BLOB NOT NULL,
    PRIMARY KEY (version, store)) STRICT, WITHOUT ROWID;
  -- current entries of blob stores
  CREATE TABLE blob (store INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (store, key)) STRICT, WITHOUT ROWID;
  -- what a version changed in blob stores, as it was before; value is null for an absent key
  CREATE TABLE blob_undo (version INTEGER NOT NULL, store INTEGER NOT NULL, key BLOB NOT NULL,
    value BLOB, PRIMARY KEY (version, store, key)) STRICT, WITHOUT ROWID;
  -- kept versions; first_node is the least node id that the version may have added
  CREATE TABLE commit_info (version INTEGER PRIMARY KEY, app_hash BLOB NOT NULL,
    first_node INTEGER NOT NULL) STRICT;
`;

/**
 * The migrations in order: the first makes the tables, each later one takes a database from the
 * format of its index to the next. Append-only.
 */
const MIGRATIONS: ReadonlyArray<(connection: Connection) => void> = [
  (connection): void => {
    connection.exec(INITIAL_TABLES);
  },
];

/** The state format that this program reads and writes; meta.format of a database. */
export const STATE_FORMAT = MIGRATIONS.length;

/** Brings a database from `format` (0 for an empty one) to {@link STATE_FORMAT}. */
export function migrate(connection: Connection, format: number): void {
  for (const migration of MIGRATIONS.slice(format)) migration(connection);
}
