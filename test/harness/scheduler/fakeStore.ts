import type { BatchRecord, StoredBatch } from "#node/scheduler/nodeDatabase.js";
import type { ReceiptStore } from "#node/scheduler/receiptStore.js";

/** A disk that a test controls: what is saved is durable only once {@link sync} was called. */
export class FakeStore implements ReceiptStore {
  readonly durable = new Map<bigint, BatchRecord>();
  readonly pruned: bigint[] = [];
  /** Saves wait for {@link sync}. */
  slow = false;
  failure: Error | undefined;
  readonly #syncing: Array<() => void> = [];

  load(): Promise<readonly StoredBatch[]> {
    return Promise.resolve([...this.durable.values()]);
  }

  save(record: BatchRecord): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((settle) => {
      this.#syncing.push(() => {
        this.durable.set(record.finished.batchId, record);
        settle();
      });
      if (!this.slow) this.sync();
    });
  }

  /** Saves that have not reached the disk. */
  get unsynced(): number {
    return this.#syncing.length;
  }

  sync(): void {
    for (const write of this.#syncing.splice(0)) write();
  }

  remove(batchIds: readonly bigint[]): Promise<void> {
    for (const id of batchIds) this.durable.delete(id);
    return Promise.resolve();
  }

  findOutput(digest: Uint8Array): Promise<Uint8Array | undefined> {
    const outputs = [...this.durable.values()].flatMap(({ largeOutputs }) => largeOutputs);
    return Promise.resolve(outputs.find((one) => Buffer.compare(one.digest, digest) === 0)?.bytes);
  }

  pruneOutputs(height: bigint): Promise<void> {
    this.pruned.push(height);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
