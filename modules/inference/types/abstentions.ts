/**
 * Bitmap of the requests of a batch for which a member abstains: bit i of byte ⌊i/8⌋, least
 * significant first, without trailing zero bytes.
 */
export function packAbstentions(positions: readonly number[]): Uint8Array {
  const highest = positions.reduce((most, position) => Math.max(most, position), -1);
  const bitmap = new Uint8Array((highest + 8) >> 3);
  for (const position of positions) {
    bitmap[position >> 3] = (bitmap[position >> 3] ?? 0) | (1 << (position & 7));
  }
  return bitmap;
}

/** Whether the bitmap names the request at `position`. */
export function abstains(bitmap: Uint8Array, position: number): boolean {
  return (((bitmap[position >> 3] ?? 0) >> (position & 7)) & 1) === 1;
}

/** Whether a bitmap is canonical and names only positions below `count`. */
export function isAbstentionBitmap(bitmap: Uint8Array, count: number): boolean {
  if (bitmap.length === 0) return true;
  const last = bitmap[bitmap.length - 1] ?? 0;
  if (last === 0 || bitmap.length > (count + 7) >> 3) return false;
  for (let position = count; position < bitmap.length * 8; position++) {
    if (abstains(bitmap, position)) return false;
  }
  return true;
}
