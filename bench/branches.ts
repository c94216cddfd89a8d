import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KvStore } from "#core/store/kv.js";
import { openStore } from "#core/store/multistore.js";
import type { Store, StoreBranch } from "#core/store/store.js";
import { StoreKey } from "#core/store/storeKey.js";

/**
 * What state costs a transaction besides its own work: blocks of 2,000 transfers between 100,000
 * accounts, each with a branch for the ante chain and one for its message, 6 reads and 5 writes,
 * as MsgSend does. One kind of block also iterates over the sender's balances.
 */
const ACCOUNTS = 100_000;
const TRANSFERS = 2_000;
const BLOCKS = 30;

const auth = new StoreKey("acc");
const bank = new StoreKey("bank");
const accountKeys: Uint8Array[] = [];
const balanceKeys: Uint8Array[] = [];
for (let n = 0; n < ACCOUNTS; n++) {
  const hash = createHash("sha256").update(n.toString()).digest();
  const address = new Uint8Array(hash).slice(0, 20);
  accountKeys.push(Uint8Array.of(1, ...address));
  balanceKeys.push(Uint8Array.of(2, 20, ...address, 0x75, 0x6e, 0x65, 0x73));
}
const account = new Uint8Array(90).fill(7);
const balance = new Uint8Array(12).fill(0x31);

function anyAccount(): number {
  return Math.floor(Math.random() * ACCOUNTS);
}

/** Reads a value that is there and writes one of its length. */
function update(kv: KvStore, key: Uint8Array | undefined): void {
  const path = key ?? account;
  kv.set(path, kv.get(path)?.slice() ?? balance);
}

function transfer(block: StoreBranch, iterating: boolean): void {
  const [sender, recipient] = [anyAccount(), anyAccount()];
  const ante = block.branch();
  update(ante.kv(auth), accountKeys[sender]);
  update(ante.kv(bank), balanceKeys[sender]);
  update(ante.kv(bank), balanceKeys[0]);
  ante.merge();
  const message = block.branch();
  message.kv(auth).has(accountKeys[recipient] ?? account);
  update(message.kv(bank), balanceKeys[sender]);
  update(message.kv(bank), balanceKeys[recipient]);
  if (iterating) {
    const start = balanceKeys[sender]?.slice(0, 22);
    const end = balanceKeys[sender]?.with(22, 0x76);
    for (const entry of message.kv(bank).iterate({ start, end })) entry.key.at(0);
  }
  message.merge();
}

function fill(store: Store): void {
  const branch = store.branch();
  for (const key of accountKeys) branch.kv(auth).set(key, account);
  for (const key of balanceKeys) branch.kv(bank).set(key, balance);
  store.stage(branch, 1n);
  store.commit();
}

function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[sorted.length >> 1] ?? 0).toFixed(1).padStart(6);
}

/** CPU time of all threads in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function measure(store: Store, firstVersion: number, iterating: boolean): void {
  const phases: Array<readonly [name: string, perTransfer: number[]]> = [
    ["branches", []],
    ["stage", []],
    ["commit", []],
  ];
  for (let version = firstVersion; version < firstVersion + BLOCKS; version++) {
    const branch = store.branch();
    const work = [
      () => {
        for (let n = 0; n < TRANSFERS; n++) transfer(branch, iterating);
      },
      () => store.stage(branch, BigInt(version)),
      () => store.commit(),
    ];
    for (const [index, phase] of work.entries()) {
      const start = cpuMs();
      phase();
      phases[index]?.[1].push(((cpuMs() - start) * 1000) / TRANSFERS);
    }
  }
  const figures = phases.map(([name, times]) => `${name} ${median(times)}`).join("  ");
  console.log(`${(iterating ? "iterating" : "plain").padEnd(10)} ${figures}  us of CPU a transfer`);
}

const folder = mkdtempSync(join(tmpdir(), "aivm-bench-"));
const store = openStore({ path: join(folder, "state.db"), stores: [auth, bank] });
console.log(`blocks of ${TRANSFERS} transfers between ${ACCOUNTS} accounts, medians of ${BLOCKS}`);
fill(store);
measure(store, 2, false);
measure(store, 2 + BLOCKS, true);
store.close();
rmSync(folder, { recursive: true });
