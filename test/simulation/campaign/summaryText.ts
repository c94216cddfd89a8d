import type { CampaignOutcome } from "./campaign.js";
import type { SimulationSummary } from "../simulation.js";

/** What a campaign came to, as text without a final line break. */
export function summaryText(outcome: CampaignOutcome): string {
  const { summaries, failures, gaps, kinds, rarest } = outcome;
  const sum = (of: (summary: SimulationSummary) => number): number =>
    summaries.reduce((total, summary) => total + of(summary), 0);
  return [
    ...failures.flatMap((failure) => [failure, ""]),
    ...gaps.map((gap) => `gap: ${gap}`),
    `rarest: ${rarest.map(([name, times]) => `${name} (${times})`).join(", ")}`,
    `${summaries.length} seeds passed, ${failures.length} failed: ` +
      `${sum(({ blocks }) => blocks)} blocks (${sum(({ lateRounds }) => lateRounds)} in later rounds), ` +
      `${sum(({ restarts }) => restarts)} restarts, ` +
      `${sum(({ txs }) => txs)} transactions (${sum(({ failedTxs }) => failedTxs)} refused), ` +
      `${sum(({ requests }) => requests)} requests, ${kinds} kinds of outcome`,
  ].join("\n");
}
