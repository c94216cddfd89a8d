import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identify, isRunning } from "./identity.js";

test("a process is told from one that is gone and from another of its number", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "marker"]);
  await once(child, "spawn");
  const identity = identify(child.pid!)!;
  expect(identity.description).toContain("marker");
  expect(isRunning(identity)).toBe(true);
  expect(isRunning({ ...identity, description: "another program" })).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isRunning(identity)).toBe(false);
  expect(identify(child.pid!)).toBeUndefined();
});
