import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replayElsewhere } from "./elsewhere.js";
import { firstDifference, recordBlocks, type Recording, replayBlocks } from "./recording.js";
import { Tripped, underTripwire } from "./tripwire.js";

const SEED = 2_026n;
const BLOCKS = 310;
const TIMEOUT_MS = 600_000;

describe(`${BLOCKS} blocks of mixed transactions and inferences`, () => {
  const directory = mkdtempSync(join(tmpdir(), "aivm-determinism-"));
  let recording: Recording;

  beforeAll(async () => {
    recording = await recordBlocks(SEED, BLOCKS);
  }, TIMEOUT_MS);

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test("are no empty ones", () => {
    expect(recording.blocks).toHaveLength(BLOCKS);
    const txs = recording.blocks.reduce((sum, block) => sum + block.txs.length - 1, 0);
    expect(txs).toBeGreaterThan(BLOCKS);
  });

  test(
    "give a warm node what they gave the network, without clock, timer, chance or locale",
    () => {
      const warm = underTripwire(() => replayBlocks(recording));
      expect(firstDifference(warm, recording.digests)).toBeUndefined();
    },
    TIMEOUT_MS,
  );

  test(
    "give the same to a node in Kathmandu that speaks Turkish and starts anew for every block",
    async () => {
      const { digests, surroundings } = await replayElsewhere(recording, directory);
      expect(surroundings.offsetMinutes).toBe(345);
      expect(surroundings.language).toBe("tr-TR");
      expect(firstDifference(digests, recording.digests)).toBeUndefined();
    },
    TIMEOUT_MS,
  );
});

describe("the comparison", () => {
  const digest = { appHash: "aa", results: "bb" };

  test.each([
    ["an app hash", { ...digest, appHash: "ab" }],
    ["a result", { ...digest, results: "bc" }],
  ])("names the height at which %s differs", (_name, other) => {
    expect(firstDifference([digest, digest], [digest, other])).toBe(2);
  });

  test("minds blocks that are missing", () => {
    expect(firstDifference([digest], [digest, digest])).toBe(2);
    expect(firstDifference([digest], [digest])).toBeUndefined();
  });
});

describe("the tripwire", () => {
  test.each<[string, () => unknown]>([
    ["Date.now", () => Date.now()],
    ["new Date", () => new Date()],
    ["Math.random", () => Math.random()],
    ["setTimeout", () => setTimeout(() => undefined, 0)],
    ["new Promise", () => new Promise(() => undefined)],
    ["localeCompare", () => "a".localeCompare("b")],
  ])("trips over %s", (_name, use) => {
    expect(() => underTripwire(use)).toThrow(Tripped);
    expect(use).not.toThrow();
  });

  test("lets a date of a given time be", () => {
    expect(underTripwire(() => new Date(0).toISOString())).toBe("1970-01-01T00:00:00.000Z");
  });
});
