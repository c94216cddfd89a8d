import type { PictureField } from "#sdk/index.js";

const WHITE = 255;

/** Paints the elements that a kernel gets, a pixel of the canvas for each of theirs. */
export function paintElements(
  canvas: HTMLCanvasElement,
  elements: readonly number[],
  field: PictureField,
): void {
  const { width, height } = field;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[pixel * 4 + channel] = brightnessOf(elements, field, { pixel, channel });
    }
    image.data[pixel * 4 + 3] = WHITE;
  }
  context.putImageData(image, 0, 0);
}

/** How bright a pixel is, 0 to 255, whatever the kernel takes for black and white. */
export function brightnessOf(
  elements: readonly number[],
  { width, height, channels, planar, black, white }: PictureField,
  { pixel, channel }: { readonly pixel: number; readonly channel: number },
): number {
  const own = channels === 1 ? 0 : channel;
  const at = planar ? own * width * height + pixel : pixel * channels + own;
  if (black === white) return 0;
  return (((elements[at] ?? black) - black) / (white - black)) * WHITE;
}
