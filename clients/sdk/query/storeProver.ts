import type { CallOptions } from "../rpc/transport.js";

/** A key of a module's store, at the state that a height left. */
export interface StorePlace {
  readonly store: string;
  readonly key: Uint8Array;
  /** From 2: there is no proof of the first state. */
  readonly height: bigint;
}

/** What a store holds, proven. */
export interface ProvenEntry {
  /** Undefined when the store is proven not to hold the key. */
  readonly value: Uint8Array | undefined;
  readonly height: bigint;
  /** App hash of the verified header of `height + 1`, which the proof leads to. */
  readonly appHash: Uint8Array;
}

/** Reads stores with proof; `storeProver` makes one. */
export interface StoreProver {
  /**
   * What a store holds at a key. Waits for the header of the next height. Fails with `UNPROVEN`, and
   * with the errors of `LightClient.verifyHeader`.
   */
  readonly readProven: (place: StorePlace, options?: CallOptions) => Promise<ProvenEntry>;
}
