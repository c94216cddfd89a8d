import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pngChunk, pngFile } from "#test/harness/pngFile.js";
import { SeededRandom } from "#test/harness/random.js";
import { decodePng } from "./decodePng.js";

const random = new SeededRandom(20261128n);
const noise = (length: number): Uint8Array => random.bytes(length);

describe("a PNG file", () => {
  test.each([0, 1, 2, 3, 4])("whose rows have the filter %i is read", (filter) => {
    for (const [colourType, perPixel] of [
      [0, 1],
      [2, 3],
    ] as const) {
      const samples = noise(7 * 5 * perPixel);
      const file = pngFile({ width: 7, height: 5, colourType, samples, filters: [filter] });
      const { pixels, ...rest } = decodePng(file);
      expect(rest).toEqual({ width: 7, height: 5, channels: perPixel });
      expect([...pixels]).toEqual([...samples]);
    }
  });

  test("with alpha lies on white", () => {
    const grey = pngFile({
      width: 3,
      height: 1,
      colourType: 4,
      samples: Uint8Array.from([10, 255, 10, 0, 0, 51]),
      filters: [4],
    });
    expect([...decodePng(grey).pixels]).toEqual([10, 255, 204]);
    const samples = Uint8Array.from([1, 2, 3, 255, 9, 9, 9, 0]);
    const { channels, pixels } = decodePng(
      pngFile({ width: 2, height: 1, colourType: 6, samples }),
    );
    expect([channels, [...pixels]]).toEqual([3, [1, 2, 3, 255, 255, 255]]);
  });

  test("that another program wrote is read", () => {
    const path = new URL("../../../../../kernels/digits/train/heldout.png", import.meta.url);
    const { width, height, channels, pixels } = decodePng(readFileSync(path));
    expect(pixels).toHaveLength(width * height * channels);
    // Its margin is white.
    expect([...pixels.subarray(0, channels)].every((sample) => sample === 255)).toBe(true);
    expect(pixels.some((sample) => sample < 64)).toBe(true);
  });
});

describe("what is refused:", () => {
  const good = { width: 4, height: 4, samples: noise(16) };
  const cut = (file: Buffer, from: number): Buffer => file.subarray(0, file.length - from);
  const flipped = (file: Buffer, at: number): Buffer => {
    const copy = Buffer.from(file);
    copy[at]! ^= 1;
    return copy;
  };
  const file = pngFile(good);

  test.each([
    ["a JPEG", Buffer.from([0xff, 0xd8, 0xff]), "not a PNG file"],
    ["nothing", Buffer.alloc(0), "not a PNG file"],
    ["a file that is cut off", cut(file, 13), "it ends within a chunk"],
    ["a signature alone", file.subarray(0, 8), "it ends within a chunk"],
    ["a flipped bit", flipped(file, 45), "checksum of its chunk"],
    [
      "no header",
      Buffer.concat([file.subarray(0, 8), pngChunk("IEND", Buffer.alloc(0))]),
      "header",
    ],
    ["a short header", headerOnly(12), "its header has another length"],
    ["a palette", pngFile({ ...good, colourType: 3 }), "it has a palette; save it as PNG"],
    ["16 bits", pngFile({ ...good, bitDepth: 16 }), "it has 16 bits a channel"],
    ["an interlaced one", pngFile({ ...good, interlace: 1 }), "it is interlaced"],
    ["an unknown colour type", pngFile({ ...good, colourType: 5 }), "no colour type 5"],
    ["an unknown filter", pngFile({ ...good, filters: [0, 9] }), "no filter 9, which its row 1"],
    ["no pixels", pngFile({ ...good, width: 0 }), "it has no pixels"],
    ["compressed bytes that are none", withData(Buffer.from("hello")), "damaged PNG file: "],
  ])("%s", (_what, bytes, problem) => {
    expect(() => decodePng(bytes)).toThrow(problem);
  });

  test("more and fewer pixels than the header says, without filling the memory", () => {
    const more = resized(pngFile({ width: 4, height: 40, samples: noise(160) }), 4);
    expect(() => decodePng(more)).toThrow(/damaged PNG file/);
    const fewer = resized(file, 40);
    expect(() => decodePng(fewer)).toThrow("fewer pixels than its header says");
  });

  test("a picture that is too large, before it is decompressed", () => {
    expect(() => decodePng(resized(file, 16_777_216))).toThrow("over 16777216 in all");
  });

  /** The file with another height in its header. */
  function resized(original: Buffer, height: number): Buffer {
    const header = Buffer.from(original.subarray(16, 29));
    header.writeUInt32BE(height, 4);
    return Buffer.concat([
      original.subarray(0, 8),
      pngChunk("IHDR", header),
      original.subarray(33),
    ]);
  }

  function headerOnly(length: number): Buffer {
    return Buffer.concat([
      file.subarray(0, 8),
      pngChunk("IHDR", Buffer.alloc(length)),
      pngChunk("IEND", Buffer.alloc(0)),
    ]);
  }

  function withData(data: Buffer): Buffer {
    return Buffer.concat([
      file.subarray(0, 33),
      pngChunk("IDAT", data),
      pngChunk("IEND", Buffer.alloc(0)),
    ]);
  }
});
