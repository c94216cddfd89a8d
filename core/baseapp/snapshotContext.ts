import type { KvReader } from "#core/store/kv.js";
import type { StoreBranch, StoreSnapshot } from "#core/store/store.js";
import { CacheBranch } from "#core/store/views/cacheBranch.js";
import type { LayerReader } from "#core/store/views/cacheKv.js";
import { type BlockHeader, Context } from "./context.js";

/** A branch over a snapshot: reads see the snapshot, writes stay in memory and go nowhere. */
export function branchOver(snapshot: StoreSnapshot): StoreBranch {
  return new CacheBranch((key) => layer(snapshot.kv(key)));
}

/** A context for queries and simulations of the state after one block. */
export function snapshotContext(snapshot: StoreSnapshot, header: BlockHeader): Context {
  return new Context({ header, mode: "query", branch: branchOver(snapshot) });
}

function layer(reader: KvReader): LayerReader {
  return {
    get: (key) => reader.get(key),
    has: (key) => reader.has(key),
    iterate: (range, order) => reader.iterate(range, order),
    read: (_text, key) => reader.get(key),
  };
}
