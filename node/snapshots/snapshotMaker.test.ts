import { dirname, join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createStoreKeys, storeKeyList } from "#app/stores.js";
import { CHAIN_STORE, chainState } from "#core/baseapp/chainState.js";
import { openStore } from "#core/store/multistore.js";
import { openStoreRestore } from "#core/store/snapshot/restore.js";
import { compiledEntry } from "#test/harness/compiledEntry.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { createLogger } from "../logging/logger.js";
import { SnapshotFolder } from "./snapshotFolder.js";
import { SnapshotMaker } from "./snapshotMaker.js";

const CHAIN_ID = "aivm-test-1";
/** Large enough that a snapshot takes several blocks. */
const BLOB = new Uint8Array(1 << 20);
const BLOBS = 24;

let entry: URL;

beforeAll(async () => {
  entry = await compiledEntry("node/snapshots/snapshotWorker.ts");
});

/** A chain on disk whose every block changes all of its blobs, with a maker of snapshots. */
async function start(options: { interval: bigint; keepRecent: number }) {
  const path = temporaryFile();
  const snapshots = join(dirname(path), "snapshots");
  const keys = createStoreKeys();
  const stores = storeKeyList(keys);
  const store = openStore({ path, stores, chainId: CHAIN_ID });
  const lines: string[] = [];
  const sink = { write: (text: string): unknown => lines.push(text) };
  const folder = SnapshotFolder.open(snapshots);
  const maker = await SnapshotMaker.start({
    ...options,
    data: { path, chainId: CHAIN_ID, folder: snapshots },
    folder,
    log: createLogger({ level: "info", format: "json", sink }),
    entry,
  });
  onTestFinished(async () => {
    await maker.close();
    store.close();
  });
  /** Commits a height and tells the maker, as a node does. */
  const commit = (height: bigint): void => {
    const branch = store.branch();
    chainState.setBlockTime(branch.kv(CHAIN_STORE), height);
    for (let blob = 1; blob <= BLOBS; blob++) {
      branch.kv(keys.kernelBlobs).set(Uint8Array.of(blob), BLOB.with(0, Number(height)));
    }
    store.stage(branch, height);
    store.commit();
    maker.onCommit(height);
  };
  return { path, snapshots, stores, keys, store, folder, lines, commit, maker };
}

describe("a maker of snapshots", () => {
  test("makes one of each due height, of exactly that height, while blocks go on", async () => {
    const chain = await start({ interval: 5n, keepRecent: 2 });
    for (let height = 1n; height <= 9n; height++) chain.commit(height);
    await vi.waitFor(() => {
      expect(chain.folder.list()).toHaveLength(1);
    }, 20_000);
    const [snapshot] = chain.folder.list();
    expect(snapshot).toMatchObject({ height: 5n, format: 1 });
    expect(snapshot!.bytes).toBeGreaterThan(BLOBS << 20);

    const target = temporaryFile();
    const appHash = appHashOf(chain, 5n);
    const restore = openStoreRestore({
      path: target,
      stores: chain.stores,
      version: 5n,
      appHash,
    });
    for (let index = 0; index < snapshot!.chunks; index++) {
      restore.push(await chain.folder.loadChunk({ height: 5n, format: 1, chunk: index }));
    }
    const state = restore.finish();
    for (const { value } of state.kv(chain.keys.kernelBlobs).iterate({})) expect(value[0]).toBe(5);
    restore.commit();

    for (const due of [10n, 15n]) {
      for (let height = due - (due === 10n ? 0n : 4n); height <= due; height++)
        chain.commit(height);
      await vi.waitFor(() => {
        expect(chain.folder.list()[0]?.height).toBe(due);
      }, 20_000);
    }
    expect(chain.folder.list().map(({ height }) => height)).toContain(10n);
    expect(chain.lines.join("")).toContain("snapshot made");
  }, 60_000);

  test("leaves a height out while the one before is being made, and says so", async () => {
    const chain = await start({ interval: 1n, keepRecent: 0 });
    for (const height of [1n, 2n, 3n]) chain.commit(height);
    await vi.waitFor(() => {
      expect(chain.folder.list().map(({ height }) => height)).toContain(1n);
    }, 20_000);
    expect(chain.folder.list()).toHaveLength(1);
    expect(chain.lines.join("")).toContain("the one before is still being made");
  }, 60_000);

  test("makes none of a height that has passed, or that cannot be written, and goes on", async () => {
    const chain = await start({ interval: 1n, keepRecent: 0 });
    chain.commit(1n);
    await vi.waitFor(() => {
      expect(chain.folder.list()).toHaveLength(1);
    }, 20_000);
    chain.maker.onCommit(7n);
    await vi.waitFor(() => {
      expect(chain.lines.join("")).toContain("it had passed");
    }, 20_000);
    chain.maker.onCommit(1n);
    await vi.waitFor(() => {
      expect(chain.lines.join("")).toContain("is there already");
    }, 20_000);
    chain.commit(2n);
    await vi.waitFor(() => {
      expect(chain.folder.list()).toHaveLength(2);
    }, 20_000);
  }, 60_000);
});

function appHashOf(chain: Awaited<ReturnType<typeof start>>, version: bigint): Uint8Array {
  const copy = openStore({ memory: true, stores: chain.stores, chainId: CHAIN_ID });
  let appHash = new Uint8Array(0);
  for (let height = 1n; height <= version; height++) {
    const branch = copy.branch();
    chainState.setBlockTime(branch.kv(CHAIN_STORE), height);
    copy.stage(branch, height);
    appHash = new Uint8Array(copy.commit().appHash);
  }
  copy.close();
  return appHash;
}
