import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { caught } from "#test/harness/caught.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { homeLocked } from "./errors.js";
import { HomeLock } from "./homeLock.js";

test("a second lock on the same home is refused with the holder's number", () => {
  const path = temporaryFile("data/lock.db");
  const lock = HomeLock.acquire(path);
  const error = caught(() => HomeLock.acquire(path));
  expect(homeLocked.is(error)).toBe(true);
  expect(String(error)).toContain(dirname(dirname(path)));
  expect(String(error)).toContain(`(process ${process.pid})`);
  lock.release();
});

test("a lock that was released can be taken again", () => {
  const path = temporaryFile("data/lock.db");
  HomeLock.acquire(path).release();
  const again = HomeLock.acquire(path);
  expect(homeLocked.is(caught(() => HomeLock.acquire(path)))).toBe(true);
  again.release();
});

test("a file in the way is an error of its own, not a lock", () => {
  const path = temporaryFile("data/lock.db");
  mkdirSync(dirname(path));
  writeFileSync(path, "not a database, and longer than a header of SQLite would be".repeat(20));
  const error = caught(() => HomeLock.acquire(path));
  expect(error).toBeInstanceOf(Error);
  expect(homeLocked.is(error)).toBe(false);
});

test("a lock whose holder is killed is free", async () => {
  const path = temporaryFile("lock.db");
  const script = join(dirname(path), "hold.cjs");
  const sqlite = createRequire(import.meta.url).resolve("better-sqlite3");
  writeFileSync(
    script,
    `const database = new (require(${JSON.stringify(sqlite)}))(${JSON.stringify(path)});
     database.exec("BEGIN EXCLUSIVE");
     process.stdout.write("held");
     setInterval(() => undefined, 1000);`,
  );
  const holder = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  expect(homeLocked.is(caught(() => HomeLock.acquire(path)))).toBe(true);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  HomeLock.acquire(path).release();
});
