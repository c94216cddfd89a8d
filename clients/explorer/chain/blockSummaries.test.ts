import { afterEach, beforeEach, expect, test } from "vitest";
import { httpTransport, type JsonObject } from "#sdk/index.js";
import { FakeChainRpc } from "#test/harness/fakeChainRpc.js";
import { type BlockSummary, latestBlocks, meanBlockMs } from "./blockSummaries.js";

let fake: FakeChainRpc;
beforeEach(async () => {
  fake = await FakeChainRpc.start();
});
afterEach(async () => {
  await fake.close();
});

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

test("blocks that were missed are read, those that are known are not read again", async () => {
  const rpc = httpTransport(fake.server.url);
  const { signal } = new AbortController();
  const asked: unknown[] = [];
  fake.server.handlers.set("blockchain", (params) => {
    const [low, high] = [Number(params["minHeight"]), Number(params["maxHeight"])];
    asked.push([low, high]);
    const heights = Array.from({ length: high - low + 1 }, (_, index) => high - index);
    return { block_metas: heights.map(metaOf) };
  });
  const heightsOf = (blocks: readonly BlockSummary[]): bigint[] => blocks.map((one) => one.height);
  const grow = (count: number): void => {
    for (let index = 0; index < count; index++) fake.makeBlock();
  };
  grow(30);
  const top = fake.chain.height;
  const first = await latestBlocks(rpc, 5, { signal });
  expect(heightsOf(first.blocks)).toEqual([0n, 1n, 2n, 3n, 4n].map((less) => top - less));
  grow(2);
  asked.length = 0;
  const second = await latestBlocks(rpc, 5, { signal, before: first });
  expect(asked).toEqual([[Number(top) + 1, Number(top) + 2]]);
  expect(heightsOf(second.blocks)).toEqual([2n, 1n, 0n, -1n, -2n].map((more) => top + more));
  expect(second.blocks[2]).toBe(first.blocks[0]);
  const third = await latestBlocks(rpc, 5, { signal, before: second });
  expect(asked).toHaveLength(1);
  expect(third.blocks).toEqual(second.blocks);
});

function metaOf(height: number): JsonObject {
  const hash = "00".repeat(32);
  const header = { height: String(height), time: "2026-01-01T00:00:00Z", proposer_address: "00" };
  return { block_id: { hash }, header, num_txs: "1", block_size: "10" };
}
