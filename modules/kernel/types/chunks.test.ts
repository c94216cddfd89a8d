import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chunkCount,
  chunkLength,
  countChunks,
  emptyBitmap,
  hasChunk,
  MAX_CHUNKS,
  withChunk,
} from "./chunks.js";
import { chunkKey, chunkPlace } from "./keys.js";
import { compareBytes } from "#core/primitives/bytes.js";

const SEED = { seed: 20261121, numRuns: 200 };

describe("the layout of an artifact", () => {
  test.each([
    { size: 1n, count: 1, last: 1 },
    { size: 1_023n, count: 1, last: 1_023 },
    { size: 1_024n, count: 1, last: 1_024 },
    { size: 1_025n, count: 2, last: 1 },
    { size: 4_096n, count: 4, last: 1_024 },
  ])("$size bytes in chunks of 1,024 are $count, the last of $last", ({ size, count, last }) => {
    const layout = { size, chunkSize: 1_024n };
    expect(chunkCount(layout)).toBe(count);
    expect(chunkLength(layout, count - 1)).toBe(last);
  });

  test("the lengths of the chunks add up to the size", () => {
    const layouts = fc.record({ size: fc.bigInt(1n, 50_000n), chunkSize: fc.bigInt(300n, 2_000n) });
    fc.assert(
      fc.property(layouts, (layout) => {
        let sum = 0;
        for (let index = 0; index < chunkCount(layout); index++) sum += chunkLength(layout, index);
        expect(BigInt(sum)).toBe(layout.size);
      }),
      SEED,
    );
  });
});

describe("the bitmap of an upload", () => {
  test("it names the chunks that were added, in whatever order, and no others", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(99), { maxLength: 100 }), (indexes) => {
        const empty = emptyBitmap({ size: 100n, chunkSize: 1n });
        const bitmap = indexes.reduce(withChunk, empty);
        for (let index = 0; index < 100; index++) {
          expect(hasChunk(bitmap, index)).toBe(indexes.includes(index));
        }
        expect(countChunks(bitmap)).toBe(indexes.length);
        expect(countChunks(empty)).toBe(0);
        expect(bitmap.length).toBe(13);
      }),
      SEED,
    );
  });

  test("the largest takes a kibibyte", () => {
    expect(emptyBitmap({ size: MAX_CHUNKS * 7n, chunkSize: 7n }).length).toBe(1_024);
  });
});

test("keys of chunks sort by upload and index and tell both", () => {
  const places = [
    { uploadId: 1n, index: 0 },
    { uploadId: 1n, index: 255 },
    { uploadId: 1n, index: 256 },
    { uploadId: 256n, index: 0 },
    { uploadId: 1n << 40n, index: 3 },
  ];
  const keys = places.map(chunkKey);
  expect([...keys].sort(compareBytes)).toEqual(keys);
  expect(keys.map(chunkPlace)).toEqual(places);
});
