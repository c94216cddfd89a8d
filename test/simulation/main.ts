import { parseArgs } from "node:util";
import { availableParallelism } from "node:os";
import { runCampaign } from "./campaign/campaign.js";
import { ProgressBar } from "./campaign/progressBar.js";
import { summaryText } from "./campaign/summaryText.js";

const DEFAULT_BLOCKS = 220;

/** Reads flags and, for what they do not say, the variables that `make test-sim` passes on. */
function readPlan() {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      seeds: { type: "string" },
      from: { type: "string" },
      blocks: { type: "string" },
      jobs: { type: "string" },
    },
  });
  const said = (name: keyof typeof values): string | undefined => {
    const text = values[name] ?? process.env[name.toUpperCase()];
    return text === "" ? undefined : text;
  };
  const seed = said("seed");
  return {
    first: BigInt(seed ?? said("from") ?? "1"),
    count: seed === undefined ? Number(said("seeds") ?? "5") : 1,
    blocks: Number(said("blocks") ?? DEFAULT_BLOCKS),
    jobs: Number(said("jobs") ?? availableParallelism()),
  };
}

const plan = readPlan();
const bar = new ProgressBar({ total: plan.count, stream: process.stderr });
const outcome = await runCampaign(plan, (progress) => {
  bar.show(progress);
});
bar.clear();
process.stdout.write(`${summaryText(outcome)}\n`);
process.exitCode = outcome.failures.length > 0 || outcome.gaps.length > 0 ? 1 : 0;
