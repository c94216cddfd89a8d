import type { Picture } from "./picture.js";
import type { PictureField } from "./pictureField.js";
import { scalePicture } from "./scalePicture.js";

/**
 * The elements that a picture is, in the size and the values of a field: each pixel of the field is
 * the average of the area of the picture that it covers.
 *
 * @example
 * const picture = { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(0) } as const;
 * const [first] = manifest.inputs;
 * const how = first && pictureField(first);
 * if (typeof how === "object") console.log(pictureElements(picture, how));
 */
export function pictureElements(picture: Picture, field: PictureField): number[] {
  const { black, white, whole, planar, channels } = field;
  const samples = Array.from(scalePicture(picture, field), (brightness) => {
    const value = black + ((white - black) * brightness) / 255;
    return whole ? Math.round(value) : value;
  });
  return planar ? inPlanes(samples, channels) : samples;
}

/** All of a channel before the next one. */
function inPlanes(samples: readonly number[], channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) =>
    samples.filter((_sample, at) => at % channels === channel),
  ).flat();
}
