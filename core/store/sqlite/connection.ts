import Database from "better-sqlite3";
import { databaseLocked, notStateDatabase } from "../errors.js";

/** An open SQLite database. */
export type Connection = Database.Database;

/** A prepared statement with its parameters and the row or the plucked column that it gives. */
export type Statement<P extends unknown[], R = unknown> = Database.Statement<P, R>;

/** Where the state is: a file, or this process' memory for tests. */
export type StoreLocation = { readonly path: string } | { readonly memory: true };

/** How long an opening waits for another connection, which holds the database only briefly. */
const BUSY_TIMEOUT_MS = 1000;

/** Bytes of database pages that a connection keeps in memory, as SQLite's cache_size wants it. */
const PAGE_CACHE_KIB = 65_536;

/**
 * Pages of 4 KiB in the write-ahead log after which a commit copies them into the database: 64 MiB,
 * many large blocks, so that most blocks pay for one fsync only and pages that change often are
 * copied once.
 */
const CHECKPOINT_PAGES = 16_384;

/** Opens the database for the one thread that writes; a missing file is created. */
export function openWriterConnection(location: StoreLocation): Connection {
  return openFile(fileOf(location), { timeout: BUSY_TIMEOUT_MS });
}

/** Makes a connection write durably and beside readers; the file is known to be ours. */
export function configureWriter(connection: Connection): void {
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  connection.pragma(`cache_size = -${PAGE_CACHE_KIB}`);
}

/** Opens an existing database for reading beside the writer, from any thread or process. */
export function openReaderConnection(path: string): Connection {
  return openFile(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
}

/** Runs what opens a database and turns SQLite's refusals into the store's errors. */
export function explainingErrors<T>(location: StoreLocation, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const path = fileOf(location);
    if (!(error instanceof Database.SqliteError)) throw error;
    if (/^SQLITE_(BUSY|LOCKED)/.test(error.code)) throw databaseLocked({ path });
    if (/^SQLITE_(CANTOPEN|NOTADB)/.test(error.code)) {
      throw notStateDatabase({ path, cause: error.message });
    }
    throw error;
  }
}

function openFile(path: string, options: Database.Options): Connection {
  try {
    return new Database(path, options);
  } catch (error) {
    // The only other refusal of better-sqlite3 is that of a folder that does not exist.
    if (error instanceof TypeError) throw notStateDatabase({ path, cause: error.message });
    throw error;
  }
}

function fileOf(location: StoreLocation): string {
  return "path" in location ? location.path : ":memory:";
}
