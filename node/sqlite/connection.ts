import Database from "better-sqlite3";

/** An open SQLite database. */
export type Connection = Database.Database;

/** A prepared statement with its parameters and the row or the plucked column that it gives. */
export type Statement<P extends unknown[], R = unknown> = Database.Statement<P, R>;

/** Opens a database of this node, which is not part of the chain's state; creates a missing one. */
export function openConnection(path: string): Connection {
  return new Database(path, { timeout: 0 });
}

/** Whether another connection holds what this one asked for. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}
