import type { Picture } from "#sdk/index.js";
import { PICTURE_PIXELS_MAX } from "#sdk/picture/picture.js";
import { groupDigits } from "../format/amount.js";
import { type ChosenFile, FileProblem, readBytes } from "./readFile.js";

/** Larger files are refused unread. */
const FILE_BYTES_MAX = 33_554_432;

/**
 * The pixels of a picture in any format that the browser reads, turned as its file says; what is
 * transparent is laid on white. Fails with a `FileProblem`.
 */
export async function loadPicture(file: ChosenFile): Promise<Picture> {
  const bytes = await readBytes(file, FILE_BYTES_MAX);
  const bitmap = await decode(file, bytes);
  try {
    const { width, height } = bitmap;
    if (width * height > PICTURE_PIXELS_MAX) {
      const most = groupDigits(PICTURE_PIXELS_MAX);
      throw new FileProblem(file, `${width} × ${height} pixels, over ${most} in all`);
    }
    return { width, height, channels: 3, pixels: withoutAlpha(rgbaOf(file, bitmap)) };
  } finally {
    bitmap.close();
  }
}

async function decode(file: ChosenFile, bytes: Uint8Array): Promise<ImageBitmap> {
  try {
    const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: file.type });
    return await createImageBitmap(blob, { colorSpaceConversion: "none" });
  } catch (error) {
    const problem = "this browser cannot read it as a picture; PNG and JPEG are read everywhere";
    throw new FileProblem(file, problem, error);
  }
}

function rgbaOf(file: ChosenFile, bitmap: ImageBitmap): Uint8ClampedArray {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (context === null) throw new FileProblem(file, "this browser gives no canvas to read it by");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let at = 0; at < rgb.length; at++) {
    rgb[at] = rgba[Math.floor(at / 3) * 4 + (at % 3)] ?? 0;
  }
  return rgb;
}
