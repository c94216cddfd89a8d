import { createHash } from "node:crypto";

/** One operation on a tree; an undefined value removes the key. */
export interface SeededOp {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/**
 * Derives tree operations from a seed, the same ones as tools/vectors/seeded: what is drawn, and
 * in which order, must not differ. The generator is xorshift32; the seed must not be 0.
 */
export class SeededOps {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** An integer in [0, bound); `bound` is at most 2^32. */
  below(bound: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) % bound;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** An operation on one of the first `keys` keys or on a key of up to three bytes. */
  op(keys: number): SeededOp {
    const kind = this.below(100);
    if (kind < 55) return { key: this.#key(keys), value: this.bytes(1 + this.below(40)) };
    if (kind < 85) return { key: this.#key(keys), value: undefined };
    if (kind < 90) return { key: Uint8Array.of(...this.#key(keys), 0xff), value: undefined };
    if (kind < 97) return { key: this.bytes(1 + this.below(3)), value: Uint8Array.of(1) };
    return { key: this.#key(keys), value: this.bytes(4000 + this.below(8000)) };
  }

  /** How many operations a version has: none for every 17th version. */
  count(version: number): number {
    return version % 17 === 0 ? 0 : 40 + this.below(160);
  }

  #key(keys: number): Uint8Array {
    return seededKey(this.below(keys));
  }
}

/** The n-th key: the first 4 to 32 bytes of sha256 of n as 4 bytes big-endian. */
export function seededKey(n: number): Uint8Array {
  const number = new Uint8Array(4);
  new DataView(number.buffer).setUint32(0, n);
  const hash = createHash("sha256").update(number).digest();
  return new Uint8Array(hash).slice(0, 4 + (n % 29));
}
