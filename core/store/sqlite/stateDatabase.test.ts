import Database from "better-sqlite3";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ErrorFactory } from "#core/primitives/errors.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import {
  databaseLocked,
  notStateDatabase,
  storeKindChanged,
  unknownFormat,
  wrongChain,
} from "../errors.js";
import { openStore, openStoreReader } from "../multistore.js";
import { StoreKey } from "../storeKey.js";
import { STATE_FORMAT } from "./schema.js";

const stores = [new StoreKey("bank")];

function expectRefused(open: () => unknown, error: ErrorFactory): void {
  const { codespace, code } = error.spec;
  expect(open).toThrow(expect.objectContaining({ codespace, code }));
}

/** A file that a store with a chain id was opened on and closed again. */
function madeFile(chainId = "aivm-1"): string {
  const path = temporaryFile();
  openStore({ path, stores, chainId }).close();
  return path;
}

function execute(path: string, sql: string): void {
  const connection = new Database(path);
  connection.exec(sql);
  connection.close();
}

describe("opening, for writing and for reading, refuses", () => {
  const openers = [
    ["writer", (path: string, chainId?: string) => openStore(options(path, chainId))],
    ["reader", (path: string, chainId?: string) => openStoreReader(options(path, chainId))],
  ] as const;
  function options(path: string, chainId: string | undefined) {
    return chainId === undefined ? { path, stores } : { path, stores, chainId };
  }

  test.each(openers)("another chain (%s)", (_, open) => {
    const path = madeFile("aivm-1");
    expectRefused(() => open(path, "aivm-2"), wrongChain);
    open(path, "aivm-1").close();
    open(path).close();
  });

  test.each(openers)("a state format from the future (%s)", (_, open) => {
    const path = madeFile();
    execute(path, `UPDATE meta SET value = ${STATE_FORMAT + 1} WHERE name = 'format'`);
    expectRefused(() => open(path), unknownFormat);
  });

  test.each(openers)("a state without a format (%s)", (_, open) => {
    const path = madeFile();
    execute(path, "DELETE FROM meta WHERE name = 'format'");
    expectRefused(() => open(path), unknownFormat);
  });

  test.each(openers)("a database of another program, which stays as it is (%s)", (_, open) => {
    const path = temporaryFile();
    execute(path, "CREATE TABLE notes (text)");
    expectRefused(() => open(path), notStateDatabase);
    const connection = new Database(path);
    expect(connection.pragma("journal_mode", { simple: true })).toBe("delete");
    expect(connection.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["notes"]);
    connection.close();
  });

  test.each(openers)("a file that is no database (%s)", (_, open) => {
    const path = temporaryFile();
    writeFileSync(path, "not a database, but long enough to have a header".repeat(100));
    expectRefused(() => open(path), notStateDatabase);
  });

  test.each(openers)("a folder that does not exist (%s)", (_, open) => {
    expectRefused(
      () => open(join(dirname(temporaryFile()), "missing", "state.db")),
      notStateDatabase,
    );
  });

  test("a missing file for reading", () => {
    expectRefused(() => openStoreReader({ path: temporaryFile(), stores }), notStateDatabase);
  });

  test("an empty database for reading", () => {
    const path = temporaryFile();
    writeFileSync(path, "");
    expectRefused(() => openStoreReader({ path, stores }), unknownFormat);
  });

  test("a store of another kind", () => {
    const path = madeFile();
    const changed = [new StoreKey("bank", "blob")];
    expectRefused(() => openStore({ path, stores: changed }), storeKindChanged);
    openStore({ path, stores }).close();
  });

  test("a database that another connection is writing to", () => {
    const path = madeFile();
    const other = new Database(path);
    other.exec("BEGIN IMMEDIATE");
    expectRefused(() => openStore({ path, stores }), databaseLocked);
    other.exec("ROLLBACK");
    other.close();
    openStore({ path, stores }).close();
  });
});

test("a chain id given later is remembered from then on", () => {
  const path = temporaryFile();
  openStore({ path, stores }).close();
  openStore({ path, stores, chainId: "aivm-1" }).close();
  expectRefused(() => openStore({ path, stores, chainId: "aivm-2" }), wrongChain);
});

test("a second writer cannot commit over versions that it does not know", () => {
  const path = temporaryFile();
  const [first, second] = [openStore({ path, stores }), openStore({ path, stores })];
  first.stage(first.branch(), 1n);
  second.stage(second.branch(), 1n);
  first.commit();
  expect(() => second.commit()).toThrow("nobody else commits");
  expect(first.committed()?.version).toBe(1n);
  first.close();
  second.close();
});

test("a reader sees nothing of a store that the writer has not added yet", () => {
  const path = madeFile();
  const late = new StoreKey("late");
  const reader = openStoreReader({ path, stores: [late] });
  const writer = openStore({ path, stores });
  writer.stage(writer.branch(), 1n);
  writer.commit();
  expect([...reader.snapshot(1n)!.kv(late).iterate({})]).toEqual([]);
  reader.close();
  writer.close();
});
