import { expect, test } from "vitest";
import { type BlockSummary, meanBlockMs } from "./blockSummaries.js";

function blockAt(height: bigint, seconds: bigint, nanos = 0): BlockSummary {
  return { height, hash: "", time: { seconds, nanos }, txs: 0, proposer: "", bytes: 0 };
}

test("the mean time between blocks counts the gaps between them", () => {
  const blocks = [blockAt(4n, 12n, 500_000_000), blockAt(3n, 11n), blockAt(2n, 10n)];
  expect(meanBlockMs([...blocks, blockAt(1n, 0n)])).toBe(1_250);
  expect(meanBlockMs(blocks)).toBe(1_250);
  expect(meanBlockMs(blocks.slice(0, 1))).toBeUndefined();
  expect(meanBlockMs([])).toBeUndefined();
});
