import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readText } from "../home/files.js";

/** How long a CometBFT takes at most to notice that its application is gone, and to end. */
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/**
 * Waits for the CometBFT of an aivmd that was killed: it ends by itself when its application is
 * gone, but holds ports and databases until then. Goes on after a while in any case, because by then the
 * number may belong to another process.
 */
export async function awaitPreviousComet(
  pidFile: string,
  patienceMs: number = PATIENCE_MS,
): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readText(pidFile, "remove it"));
  for (let waited = 0; isAlive(pid) && waited < patienceMs; waited += POLL_MS) await sleep(POLL_MS);
  rmSync(pidFile, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
