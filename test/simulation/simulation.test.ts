import { describe, expect, test } from "vitest";
import { Coverage } from "./coverage/coverage.js";
import { findGaps } from "./coverage/gaps.js";
import { coverageTargets } from "./coverage/targets.js";
import { looseWiring } from "./scenario/start.js";
import { simulate } from "./simulation.js";

const SEEDS = [1n, 2n, 3n, 4n, 5n];
const BLOCKS = 220;
const TIMEOUT_MS = 600_000;

describe("a network of 4 to 7 nodes under random operations", () => {
  const coverage = new Coverage();

  test.each(SEEDS)(
    `keeps every invariant for ${BLOCKS} blocks with seed %s`,
    async (seed) => {
      const summary = await simulate({ seed, blocks: BLOCKS, coverage });
      expect(summary.blocks).toBe(BLOCKS);
    },
    TIMEOUT_MS,
  );

  test("meets every message, error code, fault and terminal state over the seeds", () => {
    const { missing, surprising } = findGaps(coverageTargets(looseWiring()), coverage.counts);
    expect(missing).toEqual([]);
    expect(surprising).toEqual([]);
  });
});

test("a seed repeats a simulation, to the last event", async () => {
  const record = async (): Promise<readonly unknown[]> => {
    const digests: unknown[] = [];
    const onBlock = (_: unknown, { network }: { network: { log: readonly unknown[] } }): void => {
      digests.push(network.log.at(-1));
    };
    await simulate({ seed: 77n, blocks: 20, coverage: new Coverage(), onBlock });
    return digests;
  };
  expect(await record()).toEqual(await record());
}, 60_000);
