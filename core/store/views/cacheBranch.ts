import { assertDefined } from "#core/primitives/assert.js";
import type { StoreBranch } from "../store.js";
import type { StoreKey } from "../storeKey.js";
import { CacheKv, type KvWrite, type LayerReader } from "./cacheKv.js";

/** Gives the committed state of a store, on which first-level branches lie. */
export type BaseOf = (key: StoreKey) => LayerReader;

/** A branch whose stores hold their writes in memory. */
export class CacheBranch implements StoreBranch {
  /** What the first-level branch of this one lies on. */
  readonly base: BaseOf;
  readonly #parent: CacheBranch | undefined;
  readonly #views = new Map<StoreKey, CacheKv>();
  /** The stores opened so far, in the order in which they were. */
  readonly #opened: StoreKey[] = [];

  constructor(base: BaseOf, parent?: CacheBranch) {
    this.base = base;
    this.#parent = parent;
  }

  kv(key: StoreKey): CacheKv {
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const view = new CacheKv(this.#parent === undefined ? this.base(key) : this.#parent.kv(key));
    this.#views.set(key, view);
    this.#opened.push(key);
    return view;
  }

  branch(): CacheBranch {
    return new CacheBranch(this.base, this);
  }

  merge(): void {
    const parent = assertDefined(this.#parent, "a first-level branch is staged, not merged");
    for (const key of this.#opened) this.#views.get(key)?.mergeInto(parent.kv(key));
  }

  discard(): void {
    for (const key of this.#opened) this.#views.get(key)?.clear();
  }

  /** Whether this is a first-level branch. */
  isFirstLevel(): boolean {
    return this.#parent === undefined;
  }

  /** The writes to one store in byte order of their keys. */
  writes(key: StoreKey): readonly KvWrite[] {
    return this.#views.get(key)?.writes() ?? [];
  }
}
