import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HomePaths } from "#node/home/homePaths.js";
import { nodeLog } from "#testnet/process/nodeProcess.js";
import type { TestNode } from "../testNode.js";

/** What of a node is killed; the other one notices and ends by itself. */
export const VICTIMS = ["aivmd", "CometBFT", "both"] as const;
export type Victim = (typeof VICTIMS)[number];

/** Kills −9, and waits until nothing of the node is left. */
export async function kill(node: TestNode, victim: Victim): Promise<void> {
  if (victim === "CometBFT") {
    await node.killComet();
    return;
  }
  if (victim === "both") killComet(node.home);
  await node.kill();
}

function killComet({ cometProcess }: HomePaths): void {
  if (existsSync(cometProcess)) process.kill(Number(readFileSync(cometProcess, "utf8")), "SIGKILL");
}

/**
 * Deletes blocks and state of a node that is down, and its log; keys, settings, what it signed last
 * and its finished work stay.
 */
export function emptyState({ home, node }: TestNode): void {
  const folder = dirname(home.state);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${home.state}${suffix}`, { force: true });
  for (const path of [home.cometData, join(folder, "cs.wal"), nodeLog(node)]) {
    rmSync(path, { recursive: true, force: true });
  }
}
