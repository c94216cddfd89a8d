import { notStateDatabase, stateNotEmpty, unknownFormat, wrongChain } from "../errors.js";
import type { StoreKey } from "../storeKey.js";
import {
  configureWriter,
  type Connection,
  explainingErrors,
  openReaderConnection,
  openWriterConnection,
  type StoreLocation,
} from "./connection.js";
import { BlobUndoTable, OrphanTable } from "./historyTables.js";
import { KvTable } from "./kvTable.js";
import { MetaTable } from "./metaTable.js";
import { NodeTable } from "./nodeTable.js";
import { migrate, STATE_FORMAT } from "./schema.js";
import { StoreTable } from "./storeTable.js";
import { VersionTable } from "./versionTable.js";

/** The state of a chain in SQLite, table by table, and the transactions over them. */
export class StateDatabase {
  readonly meta: MetaTable;
  readonly stores: StoreTable;
  readonly flat: KvTable;
  readonly blobs: KvTable;
  readonly blobUndo: BlobUndoTable;
  readonly nodes: NodeTable;
  readonly orphans: OrphanTable;
  readonly versions: VersionTable;
  readonly #connection: Connection;
  readonly #transaction: Transaction;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#transaction = transactionOf(connection);
    this.meta = new MetaTable(connection);
    this.stores = new StoreTable(connection);
    this.flat = new KvTable(connection, "flat");
    this.blobs = new KvTable(connection, "blob");
    this.blobUndo = new BlobUndoTable(connection);
    this.nodes = new NodeTable(connection);
    this.orphans = new OrphanTable(connection);
    this.versions = new VersionTable(connection);
  }

  /** Runs reads that must see one state; keep it short, for it holds back the checkpoint. */
  read<T>(work: () => T): T {
    return this.#connection.inTransaction ? work() : this.#transaction.deferred(work);
  }

  /** Runs writes that are persisted together or not at all. */
  write(work: () => void): void {
    this.#transaction.immediate(work);
  }

  /** Begins writes that {@link endWrites} persists or drops together. */
  beginWrites(): void {
    this.#connection.exec("BEGIN IMMEDIATE");
  }

  /**
   * Ends the writes, and gives the disk what they took in the log, unless somebody is reading: they
   * may have been as large as a whole state.
   */
  endWrites(outcome: "commit" | "drop"): void {
    // A full disk may have ended the transaction already.
    if (outcome === "commit") this.#connection.exec("COMMIT");
    else if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
    this.#connection.pragma("wal_checkpoint(TRUNCATE)");
  }

  close(): void {
    this.#connection.close();
  }
}

/** What the program expects of the database that it opens. */
export interface StateExpectation {
  readonly stores: readonly StoreKey[];
  /** Not checked when undefined; a new database remembers it. */
  readonly chainId: string | undefined;
}

/** Opens the state for writing: makes or migrates the tables and adds new stores. */
export function openStateDatabase(
  location: StoreLocation,
  expected: StateExpectation,
): StateDatabase {
  return explainingErrors(location, () => {
    const connection = openWriterConnection(location);
    const prepare = (): StateDatabase => {
      migrate(connection, formatOf(connection));
      const database = new StateDatabase(connection);
      database.meta.set("format", STATE_FORMAT);
      checkChain(database, expected.chainId);
      if (expected.chainId !== undefined) database.meta.set("chainId", expected.chainId);
      for (const key of expected.stores) database.stores.ensure(key);
      return database;
    };
    return closingOnError(connection, () => {
      // Refused before the first change, which the journal mode is.
      formatOf(connection);
      configureWriter(connection);
      return transactionOf(connection).immediate(prepare);
    });
  });
}

/** Opens a state that has no version and begins to write to it; fails with `store/10` otherwise. */
export function openEmptyStateDatabase(path: string, expected: StateExpectation): StateDatabase {
  const database = openStateDatabase({ path }, expected);
  return closingOnError(database, () =>
    explainingErrors({ path }, () => {
      database.beginWrites();
      const last = database.versions.last();
      if (last !== undefined) throw stateNotEmpty({ version: last.version });
      return database;
    }),
  );
}

/** Opens a state that a writer made, for reading beside it. */
export function openStateDatabaseReader(path: string, chainId: string | undefined): StateDatabase {
  return explainingErrors({ path }, () => {
    const connection = openReaderConnection(path);
    return closingOnError(connection, () => {
      const format = formatOf(connection);
      if (format !== STATE_FORMAT) throw unknownFormat({ found: format, known: STATE_FORMAT });
      const database = new StateDatabase(connection);
      checkChain(database, chainId);
      return database;
    });
  });
}

/** Runs work between BEGIN and COMMIT; what it throws takes its writes back and is passed on. */
interface Transaction {
  deferred<T>(work: () => T): T;
  immediate<T>(work: () => T): T;
}

function transactionOf(connection: Connection): Transaction {
  const run = connection.transaction((work: () => unknown) => work());
  return {
    deferred: <T>(work: () => T) => run.deferred(work) as T,
    immediate: <T>(work: () => T) => run.immediate(work) as T,
  };
}

/** The format of a database, 0 when it is empty. */
function formatOf(connection: Connection): number {
  const tables = connection.prepare("SELECT name FROM sqlite_schema").pluck().all();
  if (tables.length === 0) return 0;
  if (!tables.includes("meta") || !tables.includes("commit_info")) {
    throw notStateDatabase({ path: connection.name, cause: "it has other tables" });
  }
  const found = new MetaTable(connection).get("format");
  if (typeof found !== "number" || found > STATE_FORMAT) {
    throw unknownFormat({ found: String(found), known: STATE_FORMAT });
  }
  return found;
}

function checkChain(database: StateDatabase, expected: string | undefined): void {
  const found = database.meta.get("chainId");
  if (found !== undefined && expected !== undefined && found !== expected) {
    throw wrongChain({ found, expected });
  }
}

function closingOnError<T>(connection: { close(): unknown }, work: () => T): T {
  try {
    return work();
  } catch (error) {
    connection.close();
    throw error;
  }
}
