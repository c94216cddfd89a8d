import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { findRunning, removeRecord, writeRecord } from "./record.js";

test("a network is found by its processes, until they end", async () => {
  const folder = dirname(temporaryFile());
  expect(findRunning(folder)).toBeUndefined();
  const node = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(node, "spawn");
  writeRecord(folder, [node.pid!]);
  const running = findRunning(folder);
  expect(running?.launcher?.pid).toBe(process.pid);
  expect(running?.nodes?.map(({ pid }) => pid)).toEqual([node.pid]);
  node.kill("SIGKILL");
  await once(node, "exit");
  expect(findRunning(folder)?.nodes).toEqual([]);
  removeRecord(folder);
  expect(findRunning(folder)).toBeUndefined();
});

test("a process that was given the number of one of the network's is left alone", () => {
  const folder = dirname(temporaryFile());
  const other = { pid: process.pid, description: "aivmd start --home elsewhere" };
  writeFileSync(join(folder, "running.json"), JSON.stringify({ launcher: other, nodes: [other] }));
  expect(findRunning(folder)).toBeUndefined();
});
