import type { WarmUsage } from "../kernel/warmKernels.js";

/** What a sandbox process takes of its host's memory. */
export interface ProcessUsage extends WarmUsage {
  /** Memory of the whole process that is in RAM, in bytes. */
  readonly residentBytes: number;
}

/**
 * The same for all processes of a pool, those that have ended included where things are counted.
 */
export interface PoolUsage {
  readonly processes: number;
  /** Versions that are loaded, counted in each process. */
  readonly loadedVersions: number;
  readonly loadedBytes: number;
  readonly residentBytes: number;
  readonly hits: number;
  readonly loads: number;
  readonly evictions: number;
}

export const NO_USAGE: ProcessUsage = {
  loaded: [],
  loadedBytes: 0,
  residentBytes: 0,
  hits: 0,
  loads: 0,
  evictions: 0,
};

/** More versions than any process keeps. */
const MAX_LOADED = 1_024;
/** A manifest's hash in hex. */
const KEY = /^[0-9a-f]{64}$/;

/** Reads what a child says of itself; undefined when it makes no sense. */
export function parseUsage(value: unknown): ProcessUsage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const { loaded, loadedBytes, residentBytes, hits, loads, evictions } = fields;
  const isList = Array.isArray(loaded) && loaded.length <= MAX_LOADED;
  if (!isList || !loaded.every(isKey)) return undefined;
  if (!isCount(loadedBytes) || !isCount(residentBytes)) return undefined;
  if (!isCount(hits) || !isCount(loads) || !isCount(evictions)) return undefined;
  return { loaded, loadedBytes, residentBytes, hits, loads, evictions };
}

/** Sums up: gauges of the processes that run, counts of these and of those that have ended. */
export function sumUsage(
  running: readonly ProcessUsage[],
  ended: readonly ProcessUsage[],
): PoolUsage {
  const sum = (list: readonly ProcessUsage[], pick: (usage: ProcessUsage) => number): number =>
    list.reduce((total, usage) => total + pick(usage), 0);
  const all = [...running, ...ended];
  return {
    processes: running.length,
    loadedVersions: sum(running, ({ loaded }) => loaded.length),
    loadedBytes: sum(running, ({ loadedBytes }) => loadedBytes),
    residentBytes: sum(running, ({ residentBytes }) => residentBytes),
    hits: sum(all, ({ hits }) => hits),
    loads: sum(all, ({ loads }) => loads),
    evictions: sum(all, ({ evictions }) => evictions),
  };
}

/** Two pools as one. */
export function addPools(a: PoolUsage, b: PoolUsage): PoolUsage {
  return {
    processes: a.processes + b.processes,
    loadedVersions: a.loadedVersions + b.loadedVersions,
    loadedBytes: a.loadedBytes + b.loadedBytes,
    residentBytes: a.residentBytes + b.residentBytes,
    hits: a.hits + b.hits,
    loads: a.loads + b.loads,
    evictions: a.evictions + b.evictions,
  };
}

/** What is left of the usage of an ended process: what it counted. */
export function addCounts(a: ProcessUsage, b: ProcessUsage): ProcessUsage {
  return {
    ...NO_USAGE,
    hits: a.hits + b.hits,
    loads: a.loads + b.loads,
    evictions: a.evictions + b.evictions,
  };
}

function isKey(value: unknown): value is string {
  return typeof value === "string" && KEY.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
