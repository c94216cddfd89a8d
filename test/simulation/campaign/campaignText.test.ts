import { expect, test } from "vitest";
import { barLine } from "./progressBar.js";
import { summaryText } from "./summaryText.js";

test("the bar shows what is done, what failed and how long the rest takes", () => {
  expect(barLine(10, { done: 0, failed: 0 }, 0)).toBe(
    "[..............................] 0/10 seeds, 0 failed, 0:00",
  );
  expect(barLine(10, { done: 5, failed: 1 }, 65)).toBe(
    "[###############...............] 5/10 seeds, 1 failed, 1:05, 1:05 left",
  );
});

test("the summary begins with what failed and ends with the totals", () => {
  const run = {
    seed: 1n,
    nodes: 4,
    blocks: 9,
    txs: 8,
    failedTxs: 3,
    requests: 2,
    lateRounds: 1,
    restarts: 3,
  };
  const text = summaryText({
    summaries: [run, run],
    failures: ["seed 3 fails"],
    gaps: ["error bank/2 never occurred"],
    kinds: 7,
    rarest: [["fault WRONG", 1]],
  });
  expect(text.split("\n")).toEqual([
    "seed 3 fails",
    "",
    "gap: error bank/2 never occurred",
    "rarest: fault WRONG (1)",
    "2 seeds passed, 1 failed: 18 blocks (2 in later rounds), 6 restarts, 16 transactions (6 refused), 4 requests, 7 kinds of outcome",
  ]);
});
