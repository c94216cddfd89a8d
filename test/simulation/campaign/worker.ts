import { Coverage } from "../coverage/coverage.js";
import { simulate, type SimulationSummary } from "../simulation.js";

/** A seed for a worker process. */
export interface Job {
  readonly seed: bigint;
  readonly blocks: number;
}

/** What a worker made of a seed. */
export interface JobResult {
  readonly seed: bigint;
  readonly summary: SimulationSummary | undefined;
  /** How to replay the failure, and why it is one. */
  readonly failure: string | undefined;
  readonly counts: ReadonlyArray<readonly [string, number]>;
}

async function work({ seed, blocks }: Job): Promise<JobResult> {
  const coverage = new Coverage();
  try {
    const summary = await simulate({ seed, blocks, coverage });
    return { seed, summary, failure: undefined, counts: [...coverage.counts] };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { seed, summary: undefined, failure, counts: [...coverage.counts] };
  }
}

process.on("message", (job: Job) => {
  void work(job).then((result) => process.send?.(result));
});
