import { rmSync } from "node:fs";
import { isRunning, type ProcessIdentity } from "../process/identity.js";
import type { Screen } from "../screen.js";
import { findRunning, removeRecord } from "./record.js";

/** An aivmd that does not stop within its own grace is killed by its launcher. */
const PATIENCE_MS = 40_000;
const POLL_MS = 200;

/**
 * Stops the local network of a folder, whoever started it; only processes that are the network's
 * are touched. A node that does not stop in time is killed.
 */
export async function stopLocalnet(folder: string, screen: Screen): Promise<void> {
  const running = findRunning(folder);
  if (running === undefined) {
    screen.done("no local network is running");
    return;
  }
  const { launcher, nodes = [] } = running;
  screen.note("stopping the local network");
  for (const one of launcher === undefined ? nodes : [launcher]) signal(one, "SIGTERM");
  const all = launcher === undefined ? nodes : [launcher, ...nodes];
  if (!(await haveEnded(all))) {
    for (const one of all) signal(one, "SIGKILL");
    await haveEnded(all);
  }
  removeRecord(folder);
  screen.done("the local network is stopped");
}

/** Deletes the local network with its chain; stops it first. */
export async function resetLocalnet(folder: string, screen: Screen): Promise<void> {
  if (findRunning(folder) !== undefined) await stopLocalnet(folder, screen);
  rmSync(folder, { recursive: true, force: true });
  screen.done("the local network is deleted");
}

async function haveEnded(processes: readonly ProcessIdentity[]): Promise<boolean> {
  const endMs = performance.now() + PATIENCE_MS;
  while (processes.some(isRunning)) {
    if (performance.now() > endMs) return false;
    await new Promise((settle) => setTimeout(settle, POLL_MS));
  }
  return true;
}

function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(target)) return;
  try {
    process.kill(target.pid, name);
  } catch {
    // It has ended since.
  }
}
