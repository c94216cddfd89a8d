import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { jsonText, readJsonObject, writeText } from "#node/home/files.js";
import { identify, isRunning, type ProcessIdentity } from "../process/identity.js";

/** Processes of a local network: who started it, and its nodes. */
export interface LocalnetRecord {
  readonly launcher: ProcessIdentity;
  readonly nodes: readonly ProcessIdentity[];
}

const ADVICE = "delete it if no node of the network runs";

function recordPath(folder: string): string {
  return join(folder, "running.json");
}

/** Writes down who runs the network of a folder, for other terminals. */
export function writeRecord(folder: string, nodePids: readonly number[]): void {
  const launcher = identify(process.pid);
  const nodes = nodePids.map(identify).filter((one) => one !== undefined);
  writeText(recordPath(folder), jsonText({ launcher, nodes }));
}

/** Forgets who ran it. */
export function removeRecord(folder: string): void {
  rmSync(recordPath(folder), { force: true });
}

/** Those of the network's processes that run still; undefined when none does. */
export function findRunning(folder: string): Partial<LocalnetRecord> | undefined {
  const path = recordPath(folder);
  if (!existsSync(path)) return undefined;
  const { launcher, nodes } = readJsonObject(path, ADVICE);
  const alive = [launcher].flatMap(readIdentity).filter(isRunning);
  const list = Array.isArray(nodes) ? nodes.flatMap(readIdentity).filter(isRunning) : [];
  const [first] = alive;
  if (first === undefined && list.length === 0) return undefined;
  return { ...(first === undefined ? {} : { launcher: first }), nodes: list };
}

function readIdentity(json: unknown): ProcessIdentity[] {
  const { pid, description } = (json ?? {}) as Record<string, unknown>;
  const isIdentity = Number.isSafeInteger(pid) && typeof description === "string";
  return isIdentity ? [{ pid: Number(pid), description }] : [];
}
