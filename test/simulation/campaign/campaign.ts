import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Coverage } from "../coverage/coverage.js";
import { findGaps } from "../coverage/gaps.js";
import { coverageTargets } from "../coverage/targets.js";
import { looseWiring } from "../scenario/start.js";
import type { SimulationSummary } from "../simulation.js";
import type { Job, JobResult } from "./worker.js";

/** Seeds to simulate. */
export interface CampaignPlan {
  readonly first: bigint;
  readonly count: number;
  readonly blocks: number;
  /** Processes at a time. */
  readonly jobs: number;
}

/** How far a campaign is. */
export interface Progress {
  readonly done: number;
  readonly failed: number;
}

/** What a campaign came to. */
export interface CampaignOutcome {
  readonly summaries: readonly SimulationSummary[];
  readonly failures: readonly string[];
  /** What should have occurred, or should not have; empty when the seeds are too few to tell. */
  readonly gaps: readonly string[];
  readonly kinds: number;
  /** Outcomes that occurred least, with how often. */
  readonly rarest: ReadonlyArray<readonly [name: string, times: number]>;
}

/** So many seeds, of 200 blocks or more, meet everything. */
const SEEDS_TO_COVER = 5;
const BLOCKS_TO_COVER = 200;
const RAREST = 12;
const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Simulates seeds in several processes at a time. */
export async function runCampaign(
  plan: CampaignPlan,
  onProgress: (progress: Progress) => void,
): Promise<CampaignOutcome> {
  const coverage = new Coverage();
  const results: JobResult[] = [];
  let next = 0;
  const report = (): void => {
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    onProgress({ done: results.length, failed });
  };
  const runOne = async (): Promise<void> => {
    let worker = startWorker();
    while (next < plan.count) {
      const result = await ask(worker, { seed: plan.first + BigInt(next++), blocks: plan.blocks });
      results.push(result);
      if (!worker.connected) worker = startWorker();
      coverage.add(result.counts);
      report();
    }
    worker.disconnect();
  };
  report();
  await Promise.all(Array.from({ length: Math.min(plan.jobs, plan.count) }, runOne));
  const isEnough = plan.count >= SEEDS_TO_COVER && plan.blocks >= BLOCKS_TO_COVER;
  return {
    summaries: results.flatMap(({ summary }) => (summary === undefined ? [] : [summary])),
    failures: results.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    gaps: isEnough ? gapTexts(coverage) : [],
    kinds: coverage.counts.size,
    rarest: [...coverage.counts].sort(([, a], [, b]) => a - b).slice(0, RAREST),
  };
}

function startWorker(): ChildProcess {
  return fork(WORKER, [], { serialization: "advanced" });
}

/** A worker that dies takes its seed with it: that is a failure of the seed. */
function ask(worker: ChildProcess, job: Job): Promise<JobResult> {
  return new Promise((resolve) => {
    const onExit = (code: number | null, signal: string | null): void => {
      const failure = `seed ${job.seed}: its process ended with ${code ?? signal ?? "nothing"}`;
      resolve({ seed: job.seed, summary: undefined, failure, counts: [] });
    };
    worker.once("exit", onExit);
    worker.once("message", (result) => {
      worker.off("exit", onExit);
      resolve(result as JobResult);
    });
    worker.send(job);
  });
}

function gapTexts(coverage: Coverage): string[] {
  const { missing, surprising } = findGaps(coverageTargets(looseWiring()), coverage.counts);
  return [
    ...missing.map(({ name, summary }) => `${name} never occurred ${summary}`.trimEnd()),
    ...surprising.map((name) => `${name} occurred although unreachable.ts says that it cannot`),
  ];
}
