import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AbciProtocolError } from "./errors.js";
import { FrameParser } from "./framing.js";

const SEED = 0xf2a3;

function frame(content: Uint8Array): number[] {
  const prefix: number[] = [];
  let rest = content.length;
  for (; rest > 0x7f; rest >>>= 7) prefix.push((rest & 0x7f) | 0x80);
  return [...prefix, rest, ...content];
}

/** Cuts a stream at the given places, taken modulo its length. */
function cut(stream: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (stream.length + 1)), stream.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
}

function drain(parser: FrameParser): number[][] {
  const frames: number[][] = [];
  for (let found = parser.next(); found !== undefined; found = parser.next()) {
    frames.push([...found]);
  }
  return frames;
}

test("frames are the same however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      fc.boolean(),
      (contents, places, eager) => {
        const stream = Uint8Array.from(contents.flatMap(frame));
        const parser = new FrameParser();
        const found: number[][] = [];
        for (const chunk of cut(stream, places)) {
          parser.push(chunk);
          if (eager) found.push(...drain(parser));
        }
        found.push(...drain(parser));
        expect(found).toStrictEqual(contents.map((content) => [...content]));
      },
    ),
    { seed: SEED, numRuns: 500 },
  );
});

test("a stream that comes byte by byte is understood", () => {
  const parser = new FrameParser();
  const content = new Uint8Array(300).fill(7);
  const found = frame(content).flatMap((byte) => {
    parser.push(Uint8Array.of(byte));
    return drain(parser);
  });
  expect(found).toStrictEqual([[...content]]);
});

test("a frame within one chunk is not copied", () => {
  const parser = new FrameParser();
  const chunk = Uint8Array.from([...frame(Uint8Array.of(1, 2, 3)), ...frame(Uint8Array.of(4))]);
  parser.push(chunk);
  expect(parser.next()?.buffer).toBe(chunk.buffer);
  expect(parser.next()?.buffer).toBe(chunk.buffer);
});

test("an incomplete frame is kept back", () => {
  const parser = new FrameParser();
  parser.push(Uint8Array.of(3, 1, 2));
  expect(parser.next()).toBeUndefined();
  parser.push(Uint8Array.of(9, 0));
  expect(drain(parser)).toStrictEqual([[1, 2, 9], []]);
});

test("a padded length is taken, as CometBFT takes it", () => {
  const parser = new FrameParser();
  parser.push(Uint8Array.of(0x81, 0x00, 0x2a));
  expect(drain(parser)).toStrictEqual([[0x2a]]);
});

describe("refused before the frame arrives", () => {
  const refuses = (limit: number, ...chunk: number[]): void => {
    const parser = new FrameParser(limit);
    parser.push(Uint8Array.from(chunk));
    expect(() => parser.next()).toThrow(AbciProtocolError);
  };

  test("a length of the limit plus one", () => {
    refuses(300, 0xad, 0x02);
    const parser = new FrameParser(300);
    parser.push(Uint8Array.of(0xac, 0x02));
    expect(parser.next()).toBeUndefined();
  });

  test("a length that is over the limit before its last byte", () => {
    refuses(300, 0xff, 0xff, 0xff);
  });

  test("a length without an end", () => {
    refuses(300, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
  });

  test("a length of 64 bits", () => {
    refuses(64 << 20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
  });
});
