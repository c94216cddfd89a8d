import { crc32, deflateSync } from "node:zlib";

/** What a PNG file for a test is made of. */
export interface PngSpec {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 colours, 3 palette, 4 grey with alpha, 6 colours with alpha; 0 unless given. */
  readonly colourType?: number;
  readonly bitDepth?: number;
  readonly interlace?: number;
  /** Samples in rows from the top. */
  readonly samples: Uint8Array;
  /** Filter of each row, in turn; 0 unless given. */
  readonly filters?: readonly number[];
}

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** A PNG file, with a text chunk that readers have to leave out and its pixels in two chunks. */
export function pngFile(spec: PngSpec): Buffer {
  const { width, height, colourType = 0, bitDepth = 8, interlace = 0 } = spec;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType, 0, 0, interlace], 8);
  const packed = deflateSync(filtered(spec));
  const middle = packed.length >> 1;
  return Buffer.concat([
    SIGNATURE,
    pngChunk("IHDR", header),
    pngChunk("tEXt", Buffer.from("Comment\0hello", "latin1")),
    pngChunk("IDAT", packed.subarray(0, middle)),
    pngChunk("IDAT", packed.subarray(middle)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** One chunk with its length and checksum. */
export function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function filtered({ width, height, colourType = 0, samples, filters = [0] }: PngSpec): Buffer {
  const perPixel = { 2: 3, 4: 2, 6: 4 }[colourType] ?? 1;
  const rowBytes = width * perPixel;
  const at = (row: number, column: number): number =>
    row < 0 || column < 0 ? 0 : (samples[row * rowBytes + column] ?? 0);
  const out = Buffer.alloc(height * (rowBytes + 1));
  for (let row = 0; row < height; row++) {
    const filter = filters[row % filters.length]!;
    out[row * (rowBytes + 1)] = filter;
    for (let column = 0; column < rowBytes; column++) {
      const [left, above] = [at(row, column - perPixel), at(row - 1, column)];
      const corner = column < perPixel ? 0 : at(row - 1, column - perPixel);
      // The five filters as RFC 2083 has them.
      const plane = left + above - corner;
      const nearest = [left, above, corner].reduce((best, one) =>
        Math.abs(plane - one) < Math.abs(plane - best) ? one : best,
      );
      const guess = [0, left, above, Math.floor((left + above) / 2), nearest][filter] ?? 0;
      out[row * (rowBytes + 1) + 1 + column] = (at(row, column) - guess) & 255;
    }
  }
  return out;
}
