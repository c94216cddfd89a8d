/** A point of a stroke, in shares of the frame: 0 to 1 from left to right and from top to bottom. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What was drawn without lifting the pen. */
export type Stroke = readonly Point[];

/** Rows and columns of the image that a kernel gets. */
export const IMAGE_SIDE = 8;
/** Dots that each pixel of the image stands for, along one side. */
const DOTS_PER_PIXEL = 4;
const BITMAP_SIDE = IMAGE_SIDE * DOTS_PER_PIXEL;
/** Dots that a drawing is stretched to, so that small ones fill the frame as written forms do. */
const FITTED_DOTS = 29;
/** Radius of the pen, in dots. */
const PEN_RADIUS = 1.9;
/** Steps along a line, so that it has no gaps. */
const STEPS_PER_DOT = 2;

/**
 * The image of a drawing, row by row: each pixel has its share of ink, from 0 to `fullInk`, rounded
 * to an integer where that is more than 1. As the digits of the usual training data are made: the
 * strokes are fitted into a bitmap of 32 by 32 dots, of which each 4 by 4 are counted.
 */
export function imageOf(strokes: readonly Stroke[], fullInk: number): number[] {
  const bitmap = rasterise(fit(strokes));
  return Array.from({ length: IMAGE_SIDE * IMAGE_SIDE }, (_, index) => {
    const share = inkOf(bitmap, index % IMAGE_SIDE, Math.floor(index / IMAGE_SIDE));
    return fullInk > 1 ? Math.round(share * fullInk) : share * fullInk;
  });
}

/** Strokes in dots, scaled without distortion and centred. */
function fit(strokes: readonly Stroke[]): Stroke[] {
  const points = strokes.flat();
  if (points.length === 0) return [];
  const [left, right] = extent(points.map(({ x }) => x));
  const [top, bottom] = extent(points.map(({ y }) => y));
  const room = FITTED_DOTS - 2 * PEN_RADIUS;
  const larger = Math.max(right - left, bottom - top);
  // A dot stays a dot.
  const scale = larger < 0.05 ? BITMAP_SIDE : room / larger;
  const place = (value: number, from: number, to: number): number =>
    (value - (from + to) / 2) * scale + BITMAP_SIDE / 2;
  return strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({ x: place(x, left, right), y: place(y, top, bottom) })),
  );
}

function extent(values: readonly number[]): readonly [least: number, greatest: number] {
  return values.reduce<[number, number]>(
    ([least, greatest], value) => [Math.min(least, value), Math.max(greatest, value)],
    [Infinity, -Infinity],
  );
}

function rasterise(strokes: readonly Stroke[]): Uint8Array {
  const bitmap = new Uint8Array(BITMAP_SIDE * BITMAP_SIDE);
  for (const stroke of strokes) {
    for (const [index, to] of stroke.entries()) drawLine(bitmap, stroke[index - 1] ?? to, to);
  }
  return bitmap;
}

function drawLine(bitmap: Uint8Array, from: Point, to: Point): void {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const steps = Math.max(1, Math.ceil(length * STEPS_PER_DOT));
  for (let step = 0; step <= steps; step++) {
    const share = step / steps;
    press(bitmap, from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
  }
}

/** Inks the dots under the pen. */
function press(bitmap: Uint8Array, x: number, y: number): void {
  const reach = Math.ceil(PEN_RADIUS);
  for (let row = Math.floor(y) - reach; row <= Math.floor(y) + reach; row++) {
    for (let column = Math.floor(x) - reach; column <= Math.floor(x) + reach; column++) {
      const isInside = row >= 0 && column >= 0 && row < BITMAP_SIDE && column < BITMAP_SIDE;
      if (!isInside || Math.hypot(column + 0.5 - x, row + 0.5 - y) > PEN_RADIUS) continue;
      bitmap[row * BITMAP_SIDE + column] = 1;
    }
  }
}

function inkOf(bitmap: Uint8Array, column: number, row: number): number {
  let dots = 0;
  for (let y = 0; y < DOTS_PER_PIXEL; y++) {
    for (let x = 0; x < DOTS_PER_PIXEL; x++) {
      const at = (row * DOTS_PER_PIXEL + y) * BITMAP_SIDE + column * DOTS_PER_PIXEL + x;
      dots += bitmap[at] ?? 0;
    }
  }
  return dots / (DOTS_PER_PIXEL * DOTS_PER_PIXEL);
}
