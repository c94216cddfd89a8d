import { readdirSync, readFileSync } from "node:fs";
import { sum } from "../report/statistics.js";

/** What a process and all its descendants have used. */
export interface Usage {
  /** Seconds of processor time of those that live. */
  readonly cpuSeconds: number;
  /** Bytes, shared pages counted once (PSS); 0 where the system does not tell. */
  readonly memoryBytes: number;
  readonly processes: number;
}

/** Linux counts processor time in hundredths of a second on every platform Node runs on. */
const TICKS_A_SECOND = 100;

/** What a process and its descendants have used so far; undefined where there is no /proc. */
export function treeUsage(pid: number): Usage | undefined {
  const parents = parentOf();
  if (parents === undefined) return undefined;
  const tree = [...parents.keys()].filter((one) => descendsFrom(one, pid, parents));
  return {
    cpuSeconds: sum(tree.map(cpuSeconds)),
    memoryBytes: sum(tree.map(memoryBytes)),
    processes: tree.length,
  };
}

/** Seconds of processor time that one process has used so far, without its descendants; 0 for none. */
export function cpuSeconds(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_A_SECOND;
}

/** Resident memory of a process in bytes; 0 where the system does not tell. */
export function residentBytes(pid: number): number {
  return statusBytes(pid, "VmRSS");
}

/** The most resident memory that a process has had, in bytes. */
export function peakBytes(pid: number): number {
  return statusBytes(pid, "VmHWM");
}

/** Sandbox processes of a node. */
export function sandboxesOf(pid: number): number[] {
  return [...(parentOf() ?? [])]
    .filter(([child, parent]) => parent === pid && isSandbox(child))
    .map(([child]) => child);
}

function isSandbox(pid: number): boolean {
  return read(`/proc/${pid}/cmdline`).includes("sandbox/worker/child.js");
}

function statusBytes(pid: number, field: string): number {
  const match = new RegExp(`^${field}:\\s+([0-9]+) kB$`, "m").exec(read(`/proc/${pid}/status`));
  return Number(match?.[1] ?? 0) * 1024;
}

function parentOf(): Map<number, number> | undefined {
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return undefined;
  }
  const pids = names.filter((name) => /^[0-9]+$/.test(name)).map(Number);
  return new Map(pids.map((pid) => [pid, Number(statFields(pid)[1] ?? 0)]));
}

function descendsFrom(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = parents.get(at)) {
    if (at === root) return true;
  }
  return false;
}

/** Fields of /proc/<pid>/stat behind the name, which may hold spaces: state, parent, … */
function statFields(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function memoryBytes(pid: number): number {
  const match = /^Pss:\s+([0-9]+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`));
  return Number(match?.[1] ?? 0) * 1024;
}

/** Empty for a process that is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
