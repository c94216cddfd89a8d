import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "#core/store/multistore.js";
import type { Store } from "#core/store/store.js";
import { StoreKey } from "#core/store/storeKey.js";

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

interface Times {
  readonly wall: number[];
  readonly cpu: number[];
}

const bank = new StoreKey("bank");

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

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
}

/** Runs `work` and adds its times, in milliseconds. */
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

function versionTimes(store: Store, first: number): Times {
  const times: Times = { wall: [], cpu: [] };
  for (let version = first; version < first + VERSIONS; version++) {
    const updates = Array.from({ length: UPDATES }, () => [anyKey(), anyValue()] as const);
    measure(times, () => {
      commitUpdates(store, version, updates);
    });
  }
  return times;
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

function report(name: string, { wall, cpu }: Times): void {
  const figure = (value: number): string => value.toFixed(1).padStart(7);
  const mean = cpu.reduce((sum, value) => sum + value, 0) / cpu.length;
  console.log(
    `${name.padEnd(34)} wall min ${figure(quantile(wall, 0))} p50 ${figure(quantile(wall, 0.5))} p95 ${figure(quantile(wall, 0.95))}` +
      `  cpu p50 ${figure(quantile(cpu, 0.5))} mean ${figure(mean)} ms`,
  );
}

function goTimes(fast: boolean): Times & { readonly proof: number } {
  const cwd = new URL("../tools/vectors", import.meta.url);
  const args = ["run", "./iavlbench", `-fast=${String(fast)}`, `-versions=${VERSIONS}`];
  return JSON.parse(execFileSync("go", args, { cwd, encoding: "utf8" })) as ReturnType<
    typeof goTimes
  >;
}

function measureOurs(pruning: { keepRecent: number; interval: number } | undefined): void {
  const folder = mkdtempSync(join(tmpdir(), "aivm-bench-"));
  const options = { path: join(folder, "state.db"), stores: [bank] };
  const store = openStore(pruning === undefined ? options : { ...options, pruning });
  commitUpdates(
    store,
    1,
    keys.map((key) => [key, anyValue()]),
  );
  const name = pruning === undefined ? "ours" : `ours, keeping ${pruning.keepRecent} versions`;
  report(name, versionTimes(store, 2));
  if (pruning === undefined) measureReads(store);
  store.close();
  rmSync(folder, { recursive: true });
}

function measureReads(store: Store): void {
  const last = BigInt(VERSIONS + 1);
  const [fresh, old] = [store.snapshot(last)?.kv(bank), store.snapshot(last - 20n)?.kv(bank)];
  const kv = store.branch().kv(bank);
  for (const [name, work] of [
    ["read in a branch", (key: Uint8Array) => kv.get(key)],
    ["read in a branch, remembered", () => kv.get(keys[0] ?? keyOf(0))],
    ["read of the last version", (key: Uint8Array) => fresh?.get(key)],
    ["read of an older version", (key: Uint8Array) => old?.get(key)],
    ["proof", (key: Uint8Array) => store.prove(bank, key, last)],
  ] as const) {
    console.log(`${`ours: ${name}`.padEnd(34)} p50 ${callTime(work).toFixed(1)} us`);
  }
}

console.log(`${UPDATES} random updates of ${KEYS} keys, ${VERSIONS} versions`);
for (const fast of [true, false]) {
  const times = goTimes(fast);
  report(fast ? "Go iavl, fast nodes (SDK default)" : "Go iavl, no fast nodes", times);
  console.log(`${"Go: proof".padEnd(34)} p50 ${times.proof.toFixed(1)} us`);
}
measureOurs(undefined);
measureOurs({ keepRecent: 10, interval: 10 });
