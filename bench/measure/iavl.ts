import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "#core/store/multistore.js";
import type { Store } from "#core/store/store.js";
import { StoreKey } from "#core/store/storeKey.js";
import { packageRoot } from "#sandbox/worker/permissions.js";
import { type BenchOptions, progress } from "../options.js";
import type { Figure, Section } from "../report/figure.js";
import { quantile } from "../report/statistics.js";

/**
 * Our store against Go's iavl, on this machine and in one run: 2,000 random updates on 100,000
 * keys, staged and committed to a file with synchronous=FULL. Go's LevelDB does not wait for the
 * disk. CPU time is that of all threads and hardly depends on what else the machine does.
 */
const KEYS = 100_000;
const UPDATES = 2_000;
const VERSIONS = 60;
const VALUE_BYTES = 100;
const READS = 20_000;
const PRUNING = { keepRecent: 10, interval: 10 };

/** Milliseconds of each version. */
interface Times {
  readonly wall: number[];
  readonly cpu: number[];
}

/** What `tools/vectors/iavlbench` prints. */
interface GoTimes extends Times {
  /** Microseconds. */
  readonly proof: number;
}

const bank = new StoreKey("bank");

/** Measures set and save of our trees, beside Go's where there is Go. */
export function measureIavl({ scale }: BenchOptions): Promise<Section> {
  const versions = Math.max(5, Math.round(VERSIONS * scale));
  progress("iavl: Go's, if there is Go");
  const [fast, plain] = [goTimes(true, versions), goTimes(false, versions)];
  progress("iavl: ours");
  const ours = measureOurs(versions, undefined);
  const pruned = measureOurs(versions, PRUNING);
  const notes = [
    `${UPDATES} random updates of ${KEYS} keys a version, medians of ${versions} versions; ours with synchronous=FULL`,
  ];
  if (fast === undefined)
    notes.push("skipped: Go's iavl, because Go is missing or cannot build it");
  return Promise.resolve({
    title: "IAVL: set and save",
    figures: [
      ...timeFigures("ours", ours.times),
      ...timeFigures(`ours, keeping ${PRUNING.keepRecent} versions`, pruned.times),
      ...(fast === undefined ? [] : timeFigures("Go, fast nodes (the SDK's default)", fast)),
      ...(plain === undefined ? [] : timeFigures("Go, without fast nodes", plain)),
      ...(fast === undefined ? [] : [ratio(ours.times, fast)]),
      ...ours.reads,
      ...(fast === undefined ? [] : [{ name: "Go: proof", value: fast.proof, unit: "µs" }]),
    ],
    notes,
  });
}

function timeFigures(name: string, { wall, cpu }: Times): Figure[] {
  return [
    { name, value: quantile(wall, 0.5), unit: "ms" },
    { name: `${name}: p95`, value: quantile(wall, 0.95), unit: "ms" },
    { name: `${name}: processor time`, value: quantile(cpu, 0.5), unit: "ms" },
  ];
}

function ratio(ours: Times, peer: Times): Figure {
  return {
    name: "ours to Go's default",
    value: quantile(ours.wall, 0.5) / quantile(peer.wall, 0.5),
    unit: "times",
    target: { kind: "at most", value: 1 },
  };
}

function keyOf(n: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n);
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

const keys = Array.from({ length: KEYS }, (_, n) => keyOf(n));

function anyKey(): Uint8Array {
  return keys[Math.floor(Math.random() * KEYS)] ?? keyOf(0);
}

function anyValue(): Uint8Array {
  return new Uint8Array(randomBytes(VALUE_BYTES));
}

/** Runs `work` and adds its times. */
function measure(times: Times, work: () => void): void {
  const used = process.cpuUsage();
  const start = performance.now();
  work();
  times.wall.push(performance.now() - start);
  const { user, system } = process.cpuUsage(used);
  times.cpu.push((user + system) / 1000);
}

function commitUpdates(
  store: Store,
  version: number,
  updates: ReadonlyArray<readonly [Uint8Array, Uint8Array]>,
): void {
  const branch = store.branch();
  const kv = branch.kv(bank);
  for (const [key, value] of updates) kv.set(key, value);
  store.stage(branch, BigInt(version));
  store.commit();
}

function goTimes(fast: boolean, versions: number): GoTimes | undefined {
  const cwd = join(packageRoot(), "tools", "vectors");
  const args = ["run", "./iavlbench", `-fast=${String(fast)}`, `-versions=${versions}`];
  try {
    const printed = execFileSync("go", args, {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(printed) as GoTimes;
  } catch {
    return undefined;
  }
}

function measureOurs(
  versions: number,
  pruning: typeof PRUNING | undefined,
): { readonly times: Times; readonly reads: readonly Figure[] } {
  const folder = mkdtempSync(join(tmpdir(), "aivm-bench-"));
  const options = { path: join(folder, "state.db"), stores: [bank] };
  const store = openStore(pruning === undefined ? options : { ...options, pruning });
  commitUpdates(
    store,
    1,
    keys.map((key) => [key, anyValue()]),
  );
  const times: Times = { wall: [], cpu: [] };
  for (let version = 2; version < 2 + versions; version++) {
    const updates = Array.from({ length: UPDATES }, () => [anyKey(), anyValue()] as const);
    measure(times, () => {
      commitUpdates(store, version, updates);
    });
  }
  const reads = pruning === undefined ? measureReads(store, BigInt(versions + 1)) : [];
  store.close();
  rmSync(folder, { recursive: true });
  return { times, reads };
}

function measureReads(store: Store, last: bigint): Figure[] {
  const fresh = store.snapshot(last)?.kv(bank);
  const kv = store.branch().kv(bank);
  const works: ReadonlyArray<readonly [string, (key: Uint8Array) => unknown]> = [
    ["ours: read in a branch", (key) => kv.get(key)],
    ["ours: read of the last version", (key) => fresh?.get(key)],
    ["ours: proof", (key) => store.prove(bank, key, last)],
  ];
  return works.map(([name, work]) => ({ name, value: callTime(work), unit: "µs" }));
}

/** Median microseconds of a call. */
function callTime(work: (key: Uint8Array) => unknown): number {
  const times: number[] = [];
  for (let count = 0; count < READS; count++) {
    const key = anyKey();
    const start = performance.now();
    work(key);
    times.push((performance.now() - start) * 1000);
  }
  return quantile(times, 0.5);
}
