import { GenerationCache } from "#core/store/generationCache.js";
import { maxBig, minBig } from "#core/primitives/intMath.js";
import { toHex } from "#core/primitives/bytes.js";

/** Versions remembered in each of two generations. */
const REMEMBERED = 256;

/** The mean moves by a sixteenth of each new figure's distance. */
const WEIGHT = 16n;

/**
 * A kernel that was cheap may take its whole limit the next time: what is expected is never less
 * than this part of the limit, so that a process is given four times too much at the worst.
 */
const LEAST_PART = 4n;

/**
 * What executions of each kernel version have taken lately, in gas. Limits are often several times
 * what a kernel uses; a sandbox that is given work by them runs dry while the node makes a block.
 */
export class GasEstimates {
  readonly #means = new GenerationCache<string, bigint>(REMEMBERED);

  /** Takes in what an execution of a version took. */
  observe(versionId: Uint8Array, gas: bigint): void {
    const key = toHex(versionId);
    const mean = this.#means.get(key);
    this.#means.set(key, mean === undefined ? gas : mean + (gas - mean) / WEIGHT);
  }

  /** What the next execution probably takes: between a quarter of the limit and the limit. */
  expect(versionId: Uint8Array, limit: bigint): bigint {
    const mean = this.#means.get(toHex(versionId)) ?? limit;
    return minBig(limit, maxBig(mean, limit / LEAST_PART));
  }
}
