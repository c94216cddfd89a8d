import { parentPort, workerData } from "node:worker_threads";
import { createStoreKeys, storeKeyList } from "#app/stores.js";
import { assertDefined } from "#core/primitives/assert.js";
import { readSnapshot } from "#core/store/snapshot/readSnapshot.js";
import type { SnapshotOrder, SnapshotReply, SnapshotThreadData } from "./snapshotMessages.js";
import { writeSnapshot } from "./writeSnapshot.js";

/** Entry point of the thread that makes snapshots, one after the other. */
function main(): void {
  const port = assertDefined(parentPort ?? undefined, "the snapshot thread has a parent");
  const data = workerData as SnapshotThreadData;
  const reply = (message: SnapshotReply): void => {
    port.postMessage(message);
  };
  port.on("message", (order: SnapshotOrder) => {
    reply(make(data, order));
  });
  reply({ kind: "ready" });
}

/** A snapshot that fails (a full disk) fails alone. */
function make(data: SnapshotThreadData, { version, held }: SnapshotOrder): SnapshotReply {
  const { path, chainId, folder } = data;
  const stores = storeKeyList(createStoreKeys());
  try {
    return readSnapshot({ path, stores, chainId }, (found) => {
      release(held);
      if (found?.version !== version) {
        return { kind: "passed", version, found: found?.version ?? 0n };
      }
      const { chunks } = writeSnapshot(folder, found);
      return { kind: "made", version, chunks };
    });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { kind: "failed", version, problem };
  } finally {
    release(held);
  }
}

/** Lets the node's main thread go on: what is committed from here on is not seen any more. */
function release(held: Int32Array): void {
  Atomics.store(held, 0, 1);
  Atomics.notify(held, 0);
}

main();
