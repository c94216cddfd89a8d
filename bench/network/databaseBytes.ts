import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/** Bytes that a node's databases hold: its own state, and what CometBFT keeps. */
export function databaseBytes(dataFolder: string): {
  readonly state: number;
  readonly comet: number;
} {
  return {
    state: databasePages(join(dataFolder, "state.db")),
    comet: folderBytes(join(dataFolder, "comet")),
  };
}

/** Bytes of all files in a folder and below; files that go away meanwhile count nothing. */
function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    bytes += entry.isDirectory()
      ? folderBytes(path)
      : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }
  return bytes;
}

/**
 * Bytes that an SQLite database holds, what is still in its write-ahead log included and free
 * pages left out.
 */
function databasePages(path: string): number {
  const database = new Database(path, { readonly: true });
  const pragma = (name: string): number => Number(database.pragma(name, { simple: true }));
  const bytes = (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
  database.close();
  return bytes;
}
