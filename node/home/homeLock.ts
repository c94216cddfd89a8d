import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Connection, isBusy, openConnection } from "../sqlite/connection.js";
import { homeLocked } from "./errors.js";
import { makeFolder } from "./files.js";

/**
 * Keeps a home to one process. The lock is a transaction on a database of its own, so the operating
 * system releases it when the process ends, however it ends.
 */
export class HomeLock {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Takes the lock at `path`; fails with `home/4` when another process has it. */
  static acquire(path: string): HomeLock {
    makeFolder(dirname(path));
    const connection = openConnection(path);
    try {
      connection.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      connection.close();
      if (isBusy(error)) throw homeLocked({ path: dirname(dirname(path)), holder: holderOf(path) });
      throw error;
    }
    writeFileSync(holderPath(path), String(process.pid));
    return new HomeLock(connection);
  }

  release(): void {
    this.#connection.close();
  }
}

/** The locked database cannot be read, so the holder's number stands beside it. */
function holderPath(path: string): string {
  return `${path}.pid`;
}

function holderOf(path: string): string {
  try {
    return readFileSync(holderPath(path), "utf8");
  } catch {
    // The other process is between taking the lock and writing its number.
    return "unknown";
  }
}
