import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { toHex } from "#core/primitives/bytes.js";
import {
  BLOCK_STORE_LIST,
  BLOCK_STORES,
  entriesOf,
  inOrder,
  StoreBlocks,
} from "#test/harness/storeBlocks.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { SeededOps } from "#test/vectors/seededOps.js";
import type { CommitStep } from "./commitWriter.js";
import { openStore } from "./multistore.js";

const CHILD = fileURLToPath(new URL("../../test/harness/crashingStore.ts", import.meta.url));
const STEPS: readonly CommitStep[] = [
  "transaction",
  "nodes",
  "roots",
  "flat",
  "blobs",
  "commitInfo",
  "prune",
];

/** Starting a process takes seconds when the machine is busy, and there are twenty. */
const TIMEOUT_MS = 240_000;

const blocks = new StoreBlocks();

/** App hashes by version, from a store that nothing happens to. */
const steady = openStore({ memory: true, stores: BLOCK_STORE_LIST });
const appHashes = [""];
function appHashOf(version: number): string {
  while (appHashes.length <= version) {
    appHashes.push(toHex(blocks.commit(steady, appHashes.length).appHash));
  }
  return appHashes[version]!;
}

/** Runs the committing process until SIGKILL ends it; gives the steps that it said. */
async function runUntilKilled(path: string, when: { step: string } | { lines: number }) {
  const args = ["--import", "tsx", "--conditions=aivm-source", CHILD, path];
  const child = spawn(process.execPath, "step" in when ? [...args, when.step] : args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if ("lines" in when && said.split("\n").length > when.lines) child.kill("SIGKILL");
  });
  const signal = await new Promise((resolve) => {
    child.on("close", (_code, name) => {
      resolve(name);
    });
  });
  expect(signal).toBe("SIGKILL");
  return said.trimEnd().split("\n");
}

/** Opens the database again; checks that its last version is whole, and gives that version. */
function expectWhole(path: string): number {
  const store = openStore({ path, stores: BLOCK_STORE_LIST });
  const committed = store.committed();
  const version = Number(committed?.version ?? 0n);
  if (committed !== undefined) expect(toHex(committed.appHash)).toBe(appHashOf(version));
  const earliest = Number(store.earliestVersion() ?? 1n);
  for (const key of [BLOCK_STORES.bank, BLOCK_STORES.ibc]) {
    for (let kept = earliest; kept <= version; kept++) {
      const entries = entriesOf(store.snapshot(BigInt(kept))!.kv(key));
      expect([...entries]).toEqual([...inOrder(blocks.entries(key, kept))]);
    }
  }
  const blobs = entriesOf(store.branch().kv(BLOCK_STORES.code));
  expect([...blobs]).toEqual([...inOrder(blocks.entries(BLOCK_STORES.code, version))]);
  store.close();
  return version;
}

test(
  "a process killed at any step of a commit leaves the last committed version",
  { timeout: TIMEOUT_MS },
  async () => {
    const path = temporaryFile();
    let version = 0;
    for (const side of ["before", "after"] as const) {
      for (const name of STEPS) {
        // Two clean commits in between, so that every step also meets versions to prune.
        const step = `${side}:${name}`;
        const said = await runUntilKilled(path, { step });
        expect(said.at(-1)).toBe(step);
        const durable = step === "after:transaction";
        expect(expectWhole(path), `after a kill at ${step}`).toBe(durable ? version + 1 : version);
        const store = openStore({ path, stores: BLOCK_STORE_LIST });
        version = Number(store.committed()?.version ?? 0n);
        for (const next of [version + 1, version + 2]) {
          expect(toHex(blocks.commit(store, next).appHash)).toBe(appHashOf(next));
        }
        version += 2;
        store.close();
      }
    }
  },
);

test(
  "a process killed at any moment loses no version that it has committed",
  { timeout: TIMEOUT_MS },
  async () => {
    const path = temporaryFile();
    const draw = new SeededOps(5501);
    let version = 0;
    for (let kill = 0; kill < 6; kill++) {
      const said = await runUntilKilled(path, { lines: 1 + draw.below(120) });
      const committed = said.filter((step) => step === "after:transaction").length;
      const found = expectWhole(path);
      expect(found - version).toBeGreaterThanOrEqual(committed);
      expect(found - version).toBeLessThanOrEqual(committed + 1);
      version = found;
    }
  },
);
