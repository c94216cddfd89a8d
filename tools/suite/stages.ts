/** A part of the test suite: one run of vitest, reported as one line of the summary. */
export interface Stage {
  readonly name: string;
  /** What it proves, for the summary. */
  readonly proves: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const E2E = ["--config", "vitest.e2e.config.ts"];

/** What `make test` runs, fastest first. */
export const TEST_STAGES: readonly Stage[] = [
  {
    name: "in memory",
    proves: "every rule, vector, protocol case, simulation seed and twin run",
    args: [],
  },
  {
    name: "real processes",
    proves: "CometBFT, the command line, four validators, faults, crashes, CosmJS",
    args: E2E,
  },
];

/** What `make test-all` runs: the same with the full counts. */
export const FULL_STAGES: readonly Stage[] = TEST_STAGES.map((stage) => ({
  ...stage,
  environment: { AIVM_TEST_COUNTS: "full" },
}));
