/**
 * Where a store's entries live: `tree` in an IAVL tree that the app hash covers; `blob` beside the
 * trees, persisted with the block but covered by no hash (what refers to its entries is hashed); `transient` for
 * one block only.
 */
export type StoreKind = "tree" | "blob" | "transient";

/**
 * The capability to open one store. Whoever holds the object may read and write that store;
 * a module's key is created in `app` and handed to that module's keeper alone.
 */
export class StoreKey {
  readonly name: string;
  readonly kind: StoreKind;

  constructor(name: string, kind: StoreKind = "tree") {
    this.name = name;
    this.kind = kind;
  }
}
