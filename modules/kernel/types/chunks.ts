import type { Artifact } from "#core/codec/generated/aivm/kernel/v1.js";
import { divCeil, minBig } from "#core/primitives/intMath.js";

/** Bytes of a digest and of a version id. */
export const DIGEST_BYTES = 32;

/** Chunks of one artifact: keeps the bitmap of an upload within 1 KiB. */
export const MAX_CHUNKS = 8_192n;

/** How an artifact's bytes are cut: every chunk but the last has `chunkSize` bytes. */
export type ChunkLayout = Pick<Artifact, "size" | "chunkSize">;

/** Number of chunks, the last of which may be shorter. */
export function chunkCount({ size, chunkSize }: ChunkLayout): number {
  return Number(divCeil(size, chunkSize));
}

/** Bytes of the chunk at `index`, which is below the number of chunks. */
export function chunkLength({ size, chunkSize }: ChunkLayout, index: number): number {
  return Number(minBig(chunkSize, size - BigInt(index) * chunkSize));
}

/** The bitmap of an upload without chunks: one bit each, least significant first. */
export function emptyBitmap(layout: ChunkLayout): Uint8Array {
  return new Uint8Array((chunkCount(layout) + 7) >> 3);
}

/** Whether the bitmap names the chunk at `index`. */
export function hasChunk(bitmap: Uint8Array, index: number): boolean {
  return (((bitmap[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

/** The bitmap with the chunk at `index` added. */
export function withChunk(bitmap: Uint8Array, index: number): Uint8Array {
  const next = bitmap.slice();
  next[index >> 3] = (next[index >> 3] ?? 0) | (1 << (index & 7));
  return next;
}

/** Number of chunks that the bitmap names. */
export function countChunks(bitmap: Uint8Array): number {
  let count = 0;
  for (const byte of bitmap) {
    for (let rest: number = byte; rest > 0; rest >>= 1) count += rest & 1;
  }
  return count;
}
