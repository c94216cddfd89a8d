/** A process that takes a job now. */
export interface Place {
  /** Gas of what it has been given and has not done. */
  readonly backlog: bigint;
  /** Whether the version of these jobs is loaded there, or will be when their turn comes. */
  isWarmFor(key: string): boolean;
}

/**
 * Gas that loading a version is taken for: some 80 ms. What large models really take is more, and
 * happens once.
 */
export const COLD_GAS = 750_000_000n;

/** Versions whose waiting is remembered. */
const REMEMBERED_KEYS = 1_000;

/**
 * Chooses processes for jobs: the one that will have done what it has first, where a version that is
 * not loaded counts as work. So versions stay where they are warm; but what jobs have waited for there,
 * while another process had less to do, is counted against the loading, until it has paid for it: a
 * version that is asked for all the time is loaded by every process.
 */
export class Placement {
  /** Gas that jobs of a version have waited for since it was loaded last. */
  readonly #waited = new Map<string, bigint>();

  /** One of `places` for jobs of a key; undefined when there are none. */
  choose<P extends Place>(places: readonly P[], key: string): P | undefined {
    const [first] = places;
    if (first === undefined) return undefined;
    const waited = this.#waited.get(key) ?? 0n;
    const loading = waited >= COLD_GAS ? 0n : COLD_GAS - waited;
    const costOf = (place: P): bigint => place.backlog + (place.isWarmFor(key) ? 0n : loading);
    const best = places.reduce((a, b) => (costOf(b) < costOf(a) ? b : a), first);
    const idlest = places.reduce((a, b) => (b.backlog < a.backlog ? b : a), first);
    this.#remember(key, best.isWarmFor(key) ? waited + best.backlog - idlest.backlog : 0n);
    return best;
  }

  #remember(key: string, waited: bigint): void {
    this.#waited.delete(key);
    if (waited === 0n) return;
    if (this.#waited.size >= REMEMBERED_KEYS) this.#waited.clear();
    this.#waited.set(key, waited);
  }
}
