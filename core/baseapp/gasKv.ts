import type { IterationOrder, KeyRange, KvEntry, KvStore } from "#core/store/kv.js";
import { type GasMeter, KV_GAS } from "./gas.js";

/**
 * Charges every read and write of a store to a gas meter, by the SDK's table. An iteration pays
 * for being opened and for every entry it gives, so that one over nothing is not free; the SDK
 * charges the bytes of its first entry twice.
 */
export class GasKv implements KvStore {
  readonly #parent: KvStore;
  readonly #gas: GasMeter;

  constructor(parent: KvStore, gas: GasMeter) {
    this.#parent = parent;
    this.#gas = gas;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#gas.charge(KV_GAS.readFlat, "ReadFlat");
    const value = this.#parent.get(key);
    this.#chargeRead(key.length + (value?.length ?? 0));
    return value;
  }

  has(key: Uint8Array): boolean {
    this.#gas.charge(KV_GAS.hasFlat, "Has");
    return this.#parent.has(key);
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.#gas.charge(KV_GAS.writeFlat, "WriteFlat");
    this.#gas.charge(KV_GAS.writePerByte * BigInt(key.length + value.length), "WritePerByte");
    this.#parent.set(key, value);
  }

  delete(key: Uint8Array): void {
    this.#gas.charge(KV_GAS.deleteFlat, "Delete");
    this.#parent.delete(key);
  }

  *iterate(range: KeyRange, order?: IterationOrder): IterableIterator<KvEntry> {
    this.#gas.charge(KV_GAS.iterateNextFlat, "IterNextFlat");
    for (const entry of this.#parent.iterate(range, order)) {
      this.#chargeRead(entry.key.length + entry.value.length);
      this.#gas.charge(KV_GAS.iterateNextFlat, "IterNextFlat");
      yield entry;
    }
  }

  #chargeRead(bytes: number): void {
    this.#gas.charge(KV_GAS.readPerByte * BigInt(bytes), "ReadPerByte");
  }
}
