/** Pixels in rows from the top, 0 (black) to 255 (white); what was transparent lies on white. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for red, green and blue beside each other. */
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array;
}

/** Pictures with more pixels are refused, so that nobody's memory is at their mercy. */
export const PICTURE_PIXELS_MAX = 16_777_216;
