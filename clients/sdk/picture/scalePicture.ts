import type { Picture } from "./picture.js";

/** A size that pictures are brought to. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** A source pixel of an axis, and how much of a target pixel it covers; the weights add up to 1. */
interface Share {
  readonly index: number;
  readonly weight: number;
}

/** How bright the eye sees red, green and blue (ITU-R BT.601). */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Brings a picture to another size: each pixel is the average of the area that it covers. Gives the
 * brightness of each sample, 0 to 255, in rows from the top.
 */
export function scalePicture(picture: Picture, size: PictureSize): Float64Array {
  const { width, height, channels } = size;
  const columns = sharesOf(picture.width, width);
  const rows = sharesOf(picture.height, height);
  const sample = samplerOf(picture, channels);
  const out = new Float64Array(width * height * channels);
  for (let at = 0; at < out.length; at++) {
    const channel = at % channels;
    const column = Math.floor(at / channels) % width;
    const row = Math.floor(at / channels / width);
    let sum = 0;
    for (const { index: y, weight: down } of rows[row] ?? []) {
      for (const { index: x, weight: across } of columns[column] ?? []) {
        sum += down * across * sample(y * picture.width + x, channel);
      }
    }
    out[at] = sum;
  }
  return out;
}

function sharesOf(from: number, to: number): Share[][] {
  const step = from / to;
  return Array.from({ length: to }, (_, target) => {
    const [begin, end] = [target * step, (target + 1) * step];
    const shares: Share[] = [];
    for (let index = Math.floor(begin); index < from && index < end; index++) {
      const covered = Math.min(index + 1, end) - Math.max(index, begin);
      if (covered > 0) shares.push({ index, weight: covered / step });
    }
    return shares;
  });
}

function samplerOf(
  { channels: own, pixels }: Picture,
  wanted: 1 | 3,
): (pixel: number, channel: number) => number {
  const read = (at: number): number => pixels[at] ?? 0;
  if (own === 1) return (pixel) => read(pixel);
  if (wanted === 3) return (pixel, channel) => read(pixel * 3 + channel);
  const [red, green, blue] = LUMA;
  return (pixel) =>
    red * read(pixel * 3) + green * read(pixel * 3 + 1) + blue * read(pixel * 3 + 2);
}
