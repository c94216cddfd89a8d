import type { LoadedKernel } from "./loadedKernel.js";

/** Versions that stay loaded, whatever they take: each has an instance of the code engine. */
const MAX_VERSIONS = 64;

/** What of a process' memory kernels take, and how well keeping them serves. */
export interface WarmUsage {
  /** Versions that are loaded, the one used longest ago first. */
  readonly loaded: readonly string[];
  /** Memory that these take, in bytes: models and what code has touched. */
  readonly loadedBytes: number;
  /** Executions that found their version loaded, since the process started. */
  readonly hits: number;
  /** Versions that were loaded for executions. */
  readonly loads: number;
  /** Versions that made room for others. */
  readonly evictions: number;
}

/** How a version comes into memory. */
export interface KernelSource {
  /** What it will take, as far as that is known before, in bytes. */
  readonly expectedBytes: () => Promise<number>;
  readonly load: () => Promise<LoadedKernel>;
}

/**
 * Kernel versions that stay loaded between executions, within a budget of memory: the ones that
 * were used longest ago make room, before another is loaded and when executions have grown.
 */
export class WarmKernels {
  readonly #budgetBytes: number;
  /** In order of last use, the oldest first. */
  readonly #kernels = new Map<string, LoadedKernel>();
  #hits = 0;
  #loads = 0;
  #evictions = 0;

  /** A version that exceeds the budget by itself is loaded all the same, alone. */
  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  /** The version, which is loaded if it is not; throws what loading throws. */
  async get(key: string, source: KernelSource): Promise<LoadedKernel> {
    const known = this.#kernels.get(key);
    if (known !== undefined) {
      this.#hits++;
      this.#kernels.delete(key);
      this.#kernels.set(key, known);
      return known;
    }
    await this.makeRoom(await source.expectedBytes());
    const kernel = await source.load();
    this.#loads++;
    this.#kernels.set(key, kernel);
    return kernel;
  }

  /** Lets versions go until this many bytes more fit the budget. */
  async makeRoom(bytes: number): Promise<void> {
    await this.#evictWhile(
      () => this.#kernels.size >= MAX_VERSIONS || this.#loadedBytes() + bytes > this.#budgetBytes,
    );
  }

  /** Lets versions go until the rest fits the budget, but for the one used last. */
  async shrink(): Promise<void> {
    await this.#evictWhile(() => this.#kernels.size > 1 && this.#loadedBytes() > this.#budgetBytes);
  }

  get usage(): WarmUsage {
    return {
      loaded: [...this.#kernels.keys()],
      loadedBytes: this.#loadedBytes(),
      hits: this.#hits,
      loads: this.#loads,
      evictions: this.#evictions,
    };
  }

  async #evictWhile(isTooMuch: () => boolean): Promise<void> {
    for (const [key, kernel] of this.#kernels) {
      if (!isTooMuch()) return;
      this.#kernels.delete(key);
      this.#evictions++;
      await kernel.release();
    }
  }

  #loadedBytes(): number {
    let bytes = 0;
    for (const kernel of this.#kernels.values()) bytes += kernel.bytes;
    return bytes;
  }
}
