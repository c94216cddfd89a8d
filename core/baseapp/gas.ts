import { assert } from "#core/primitives/assert.js";

/** Thrown when a transaction used up its gas; the transaction runner turns it into `sdk/11`. */
export class OutOfGasError extends Error {
  /** What was being charged for, in the SDK's words. */
  readonly descriptor: string;

  constructor(descriptor: string) {
    super(`out of gas in location: ${descriptor}`);
    this.name = "OutOfGasError";
    this.descriptor = descriptor;
  }
}

/**
 * Counts the gas of one transaction. A meter without a limit is that of block hooks and queries,
 * whose reads and writes nobody pays for: see `Context.kv`.
 */
export class GasMeter {
  readonly #limit: bigint | undefined;
  #used = 0n;

  /** `limit` in gas; undefined for a meter that only counts. */
  constructor(limit?: bigint) {
    this.#limit = limit;
  }

  /** Gas charged so far; may exceed the limit by the charge that broke it. */
  get used(): bigint {
    return this.#used;
  }

  get limit(): bigint | undefined {
    return this.#limit;
  }

  /** Charges a non-negative amount; throws {@link OutOfGasError} once the limit is passed. */
  charge(amount: bigint, descriptor: string): void {
    assert(amount >= 0n, "a gas charge is not negative");
    this.#used += amount;
    if (this.#limit !== undefined && this.#used > this.#limit) throw new OutOfGasError(descriptor);
  }
}

/** A limit that no work reaches, for transactions whose gas is counted and not bounded. */
export const UNBOUNDED_GAS = (1n << 63n) - 1n;

/** The SDK's KVStore gas table (store/types/gas.go, KVGasConfig). */
export const KV_GAS = {
  hasFlat: 1000n,
  deleteFlat: 1000n,
  readFlat: 1000n,
  readPerByte: 3n,
  writeFlat: 2000n,
  writePerByte: 30n,
  iterateNextFlat: 30n,
} as const;
