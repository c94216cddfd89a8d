import { maxBig } from "#core/primitives/intMath.js";
import { bucketName, type BucketedSchema } from "#modules/kernel/types/buckets.js";

/** What the test vectors of each bucket of a kernel take. */
export class BucketGas {
  readonly #schema: BucketedSchema;
  /** By position, the schema's bound last; none where no vector was. */
  readonly #gas = new Map<number, bigint>();

  constructor(schema: BucketedSchema) {
    this.#schema = schema;
  }

  /** Takes in the gas of a vector of the bucket at a position. */
  observe(position: number, gas: bigint): void {
    this.#gas.set(position, maxBig(gas, this.#gas.get(position) ?? 0n));
  }

  /**
   * The first bucket without a vector, in words; undefined when all are measured, or there are
   * none.
   */
  get unmeasured(): string | undefined {
    const { length } = this.#schema.buckets;
    if (length === 0) return undefined;
    for (let position = 0; position <= length; position++) {
      if (!this.#gas.has(position)) return bucketName(this.#schema, position);
    }
    return undefined;
  }

  /**
   * Gas of the costliest vector of each bucket, of those beyond them last; empty without buckets.
   */
  get report(): bigint[] {
    const { length } = this.#schema.buckets;
    if (length === 0) return [];
    return Array.from({ length: length + 1 }, (_, position) => this.#gas.get(position) ?? 0n);
  }
}
