import { expect, test } from "vitest";
import type { RequestProgress, RequestStage } from "#sdk/index.js";
import { reachedStages } from "./reachedStages.js";

function seen(
  stage: RequestStage,
  height: bigint,
  ...statuses: readonly string[]
): RequestProgress {
  const members = statuses.map((status) => ({ operator: "nesavaloper1x", power: 1n, status }));
  return { stage, requestId: 1n, height, members };
}

test("each stage is there once, from the height at which it began, with its latest count", () => {
  const news = [
    seen("queued", 5n),
    seen("committing", 6n, "DRAWN", "DRAWN"),
    seen("committing", 7n, "COMMITTED", "DRAWN"),
    seen("revealing", 8n, "COMMITTED", "COMMITTED"),
    seen("revealing", 9n, "COMMITTED", "REVEALED"),
  ];
  const stages = news.reduce(reachedStages, []);
  expect(stages).toEqual([
    { stage: "queued", height: 5n, members: 0, ready: 0 },
    { stage: "committing", height: 6n, members: 2, ready: 1 },
    { stage: "revealing", height: 8n, members: 2, ready: 1 },
  ]);
});
