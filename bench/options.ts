/** How thoroughly a bench measures. */
export interface BenchOptions {
  /** Seconds of load in each timed part. */
  readonly seconds: number;
  /** How much of the usual amounts of work: 1 is what is published, less is for a quick look. */
  readonly scale: number;
  /** Flags of Node for every aivmd that is started, for profiles. */
  readonly nodeFlags: readonly string[];
}

/** What `make bench` measures with; figures that are published come from it. */
export const FULL: BenchOptions = { seconds: 60, scale: 1, nodeFlags: [] };

/** A look at whether everything runs; its figures say little. */
export const QUICK: BenchOptions = { seconds: 5, scale: 0.1, nodeFlags: [] };

/** Tells the person who waits what is going on. */
export function progress(text: string): void {
  console.error(`bench: ${text}`);
}
