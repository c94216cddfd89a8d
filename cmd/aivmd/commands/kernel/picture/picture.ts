/** Pixels in rows from the top, 0 (black) to 255 (white); what was transparent lies on white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for red, green and blue beside each other. */
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** A picture that cannot be read; the message says why, and what can. */
export class PictureProblem extends Error {}
