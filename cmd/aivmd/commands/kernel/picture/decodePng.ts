import { inflateSync } from "node:zlib";
import { type Picture, PICTURE_PIXELS_MAX } from "#sdk/picture/picture.js";
import { damaged, type PngParts, readPngParts } from "./pngChunks.js";
import { PictureProblem } from "./picture.js";

/** Samples of a pixel by colour type; what is not here is not read. */
const SAMPLES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);
const PALETTE = 3;
const ADVICE = "save it as PNG with 8 bits a channel, grey or RGB, not interlaced";

/**
 * Decodes a PNG file of 8-bit samples, grey or RGB, with or without alpha, that is not interlaced;
 * transparent pixels are laid on white. Fails with a {@link PictureProblem}.
 */
export function decodePng(file: Buffer): Picture {
  const parts = readPngParts(file);
  const samples = samplesOf(parts);
  const rowBytes = parts.width * samples;
  const rows = inflate(parts, rowBytes);
  return toPicture(parts, samples, unfilter(rows, { rowBytes, samples, height: parts.height }));
}

function samplesOf({ width, height, bitDepth, colourType, interlace }: PngParts): number {
  if (width === 0 || height === 0) throw damaged("it has no pixels");
  if (width * height > PICTURE_PIXELS_MAX) {
    throw new PictureProblem(
      `${width} × ${height} pixels, over ${PICTURE_PIXELS_MAX} in all; make it smaller`,
    );
  }
  const samples = SAMPLES.get(colourType);
  if (colourType === PALETTE) throw new PictureProblem(`it has a palette; ${ADVICE}`);
  if (samples === undefined) throw damaged(`there is no colour type ${colourType}`);
  if (bitDepth !== 8) throw new PictureProblem(`it has ${bitDepth} bits a channel; ${ADVICE}`);
  if (interlace !== 0) throw new PictureProblem(`it is interlaced; ${ADVICE}`);
  return samples;
}

/** The rows, each after the number of its filter. */
function inflate({ compressed, height }: PngParts, rowBytes: number): Buffer {
  const expected = height * (rowBytes + 1);
  let rows: Buffer;
  try {
    rows = inflateSync(compressed, { maxOutputLength: expected + 1 });
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : String(error));
  }
  if (rows.length === expected) return rows;
  throw damaged(`it has ${rows.length < expected ? "fewer" : "more"} pixels than its header says`);
}

interface RowShape {
  readonly rowBytes: number;
  /** Bytes of a pixel. */
  readonly samples: number;
  readonly height: number;
}

/** Undoes the filters, which tell each byte by those to the left of it and above. */
function unfilter(rows: Buffer, { rowBytes, samples, height }: RowShape): Uint8Array {
  const out = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const from = row * (rowBytes + 1);
    const filter = rows.readUInt8(from);
    if (filter > 4) throw damaged(`there is no filter ${filter}, which its row ${row} names`);
    const line = out.subarray(row * rowBytes, (row + 1) * rowBytes);
    const above = row === 0 ? new Uint8Array(rowBytes) : out.subarray((row - 1) * rowBytes);
    for (let at = 0; at < rowBytes; at++) {
      const left = line[at - samples] ?? 0;
      const corner = at < samples ? 0 : (above[at - samples] ?? 0);
      line[at] = rows.readUInt8(from + 1 + at) + predict(filter, left, above[at] ?? 0, corner);
    }
  }
  return out;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, corner);
    default:
      return 0;
  }
}

/** Whichever of the three is nearest to their plane. */
function paeth(left: number, above: number, corner: number): number {
  const plane = left + above - corner;
  const toLeft = Math.abs(plane - left);
  const toAbove = Math.abs(plane - above);
  const toCorner = Math.abs(plane - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function toPicture({ width, height }: PngParts, samples: number, bytes: Uint8Array): Picture {
  const hasAlpha = samples === 2 || samples === 4;
  const channels = samples > 2 ? 3 : 1;
  if (!hasAlpha) return { width, height, channels, pixels: bytes };
  const pixels = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = bytes[pixel * samples + channels] ?? 0;
    for (let channel = 0; channel < channels; channel++) {
      const value = bytes[pixel * samples + channel] ?? 0;
      pixels[pixel * channels + channel] = Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, channels, pixels };
}
