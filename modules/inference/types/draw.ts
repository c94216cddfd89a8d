import { domainHash } from "#core/crypto/hash.js";
import { assert } from "#core/primitives/assert.js";
import { toHex, uint64ToBytes } from "#core/primitives/bytes.js";

/** Something that can be drawn with a weight. */
export interface Weighted {
  /** Positive. */
  readonly power: bigint;
}

/** Names the draw, so that no two draws share their randomness. */
export interface DrawSeed {
  readonly beacon: Uint8Array;
  readonly batchId: bigint;
  /** Seats the batch had before; a redraw continues the sequence. */
  readonly firstSeat: number;
}

/**
 * Draws `count` candidates, each with probability proportional to its power among those left.
 *
 * A 256-bit hash modulo the remaining power picks the candidate in whose interval it falls; the
 * bias is below 2^-192 for 64-bit powers. `candidates` is in validator-set order and holds at
 * least `count`.
 */
export function drawByPower<T extends Weighted>(
  candidates: readonly T[],
  count: number,
  seed: DrawSeed,
): T[] {
  assert(count <= candidates.length, "a draw has enough candidates");
  const left = [...candidates];
  const drawn: T[] = [];
  for (let index = 0; index < count; index++) {
    const total = left.reduce((sum, candidate) => sum + candidate.power, 0n);
    const place = left.findIndex(within(randomBelow(total, seed, index)));
    drawn.push(...left.splice(place, 1));
  }
  return drawn;
}

function within(point: bigint): (candidate: Weighted) => boolean {
  let upper = 0n;
  return ({ power }) => {
    upper += power;
    return point < upper;
  };
}

function randomBelow(limit: bigint, seed: DrawSeed, index: number): bigint {
  const hash = domainHash(
    "aivm/draw/v1",
    seed.beacon,
    uint64ToBytes(seed.batchId),
    uint64ToBytes(BigInt(seed.firstSeat + index)),
  );
  return BigInt(`0x${toHex(hash)}`) % limit;
}
