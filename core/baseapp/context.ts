import type { KvStore } from "#core/store/kv.js";
import type { StoreBranch } from "#core/store/store.js";
import type { StoreKey } from "#core/store/storeKey.js";
import type { Event } from "#core/primitives/event.js";
import { GasMeter } from "./gas.js";
import { GasKv } from "./gasKv.js";

/** Why the code runs. Only `deliver` and `genesis` change committed state. */
export type ExecutionMode = "check" | "recheck" | "simulate" | "deliver" | "genesis" | "query";

/** The facts of a block that the state machine may use. */
export interface BlockHeader {
  readonly chainId: string;
  readonly height: bigint;
  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  readonly timeNs: bigint;
  /** Consensus address, 20 bytes. */
  readonly proposerAddress: Uint8Array;
}

/** A validator's part in the last commit, as CometBFT reports it. */
export interface CommitVote {
  /** Consensus address, 20 bytes. */
  readonly consensusAddress: Uint8Array;
  readonly power: bigint;
  readonly flag: "commit" | "absent" | "nil";
}

/** Proof of misbehaviour that CometBFT verified. */
export interface Misbehavior {
  readonly kind: "duplicateVote" | "lightClientAttack";
  readonly consensusAddress: Uint8Array;
  readonly power: bigint;
  readonly height: bigint;
  readonly timeNs: bigint;
}

/** What a context is made of; see the properties of {@link Context}. */
export interface ContextParts {
  readonly header: BlockHeader;
  readonly mode: ExecutionMode;
  readonly branch: StoreBranch;
  readonly gas?: GasMeter;
}

/**
 * What code sees while it runs: the block, a branch of state, a gas meter and an event list.
 * Contexts are made by the block runner and the transaction runner and live for one call.
 */
export class Context {
  readonly header: BlockHeader;
  readonly mode: ExecutionMode;
  readonly gas: GasMeter;
  readonly #branch: StoreBranch;
  readonly #events: Event[] = [];

  constructor(parts: ContextParts) {
    this.header = parts.header;
    this.mode = parts.mode;
    this.gas = parts.gas ?? new GasMeter();
    this.#branch = parts.branch;
  }

  get height(): bigint {
    return this.header.height;
  }

  /** The store of a key; its reads and writes are charged to a gas meter that has a limit. */
  kv(key: StoreKey): KvStore {
    const view = this.#branch.kv(key);
    return this.gas.limit === undefined ? view : new GasKv(view, this.gas);
  }

  /** The state that this context writes to, for a runner that runs within it. */
  branch(): StoreBranch {
    return this.#branch;
  }

  emit(event: Event): void {
    this.#events.push(event);
  }

  /** Events emitted so far, in order. */
  get events(): readonly Event[] {
    return this.#events;
  }

  /**
   * Runs `work` on a branch of this context's state: its writes and events are kept when it
   * returns and dropped when it throws. The error is passed on.
   */
  atomically<T>(work: (inner: Context) => T): T {
    const branch = this.#branch.branch();
    const inner = new Context({ header: this.header, mode: this.mode, branch, gas: this.gas });
    const result = work(inner);
    branch.merge();
    this.#events.push(...inner.events);
    return result;
  }
}
