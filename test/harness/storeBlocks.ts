import { compareText } from "#core/primitives/sorted.js";
import type { KvReader } from "#core/store/kv.js";
import type { CommitInfo, Store, StoreBranch } from "#core/store/store.js";
import { StoreKey } from "#core/store/storeKey.js";
import { SeededOps } from "#test/vectors/seededOps.js";

/** Hex of values by hex of their keys. */
export type Entries = ReadonlyMap<string, string>;

/** Stores of the blocks below: two trees, a blob store and a transient one. */
export const BLOCK_STORES = {
  bank: new StoreKey("bank"),
  ibc: new StoreKey("ibc"),
  code: new StoreKey("code", "blob"),
  scratch: new StoreKey("scratch", "transient"),
} as const;

/** All stores of the blocks below. */
export const BLOCK_STORE_LIST: readonly StoreKey[] = Object.values(BLOCK_STORES);

const SEED = 90_001;
const KEYS = 300;

/**
 * Blocks of random writes, the same for the same version whoever asks, with a model that knows
 * what each version holds.
 */
export class StoreBlocks {
  /** What each store holds after each version, from version 0, which is empty. */
  readonly #states: Array<ReadonlyMap<StoreKey, Entries>> = [new Map()];

  /** Writes the block of a version into a branch over the version before. */
  write(branch: StoreBranch, version: number): void {
    for (const { store, key, value } of writesOf(version)) {
      const kv = branch.kv(store);
      if (value === undefined) kv.delete(key);
      else kv.set(key, value);
    }
  }

  /** Writes, stages and commits the block of a version. */
  commit(store: Store, version: number): CommitInfo {
    const branch = store.branch();
    this.write(branch, version);
    store.stage(branch, BigInt(version));
    return store.commit();
  }

  /** What a tree or blob store holds after a version. */
  entries(store: StoreKey, version: number): Entries {
    while (this.#states.length <= version) this.#states.push(this.#next());
    return this.#states[version]?.get(store) ?? new Map();
  }

  #next(): ReadonlyMap<StoreKey, Entries> {
    const version = this.#states.length;
    const next = new Map<StoreKey, Map<string, string>>();
    for (const [key, entries] of this.#states.at(-1) ?? []) next.set(key, new Map(entries));
    for (const { store, key, value } of writesOf(version)) {
      const entries = next.get(store) ?? new Map<string, string>();
      next.set(store, entries);
      if (value === undefined) entries.delete(hexOf(key));
      else entries.set(hexOf(key), hexOf(value));
    }
    return next;
  }
}

/** Entries of a view in the order in which it gives them, as the model writes them. */
export function entriesOf(kv: KvReader): Entries {
  return new Map([...kv.iterate({})].map(({ key, value }) => [hexOf(key), hexOf(value)]));
}

/** The same entries in byte order of their keys, which is that of their hex. */
export function inOrder(entries: Entries): Entries {
  return new Map([...entries].sort(([a], [b]) => compareText(a, b)));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function writesOf(version: number) {
  const ops = new SeededOps(SEED + version);
  return Array.from({ length: ops.count(version) }, () => {
    const store = BLOCK_STORE_LIST[ops.below(BLOCK_STORE_LIST.length)] ?? BLOCK_STORES.bank;
    return { store, ...ops.op(KEYS) };
  });
}
