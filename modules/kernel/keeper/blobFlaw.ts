import type { Context } from "#core/baseapp/context.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBytes, equalBytes, toHex } from "#core/primitives/bytes.js";
import { chunkKey, type ChunkPlace } from "../types/keys.js";
import type { KernelState } from "./kernelState.js";

/**
 * What is wrong with the bytes of artifacts and uploads, as a sentence; undefined when every chunk
 * has the digest that the tree names for it, none is missing and none is too many. Reads both stores
 * once, side by side, a few chunks in memory at a time. Keys of blobs may be anything: nothing covers
 * them either.
 */
export function findBlobFlaw(ctx: Context, state: KernelState): string | undefined {
  const blobs = state.artifacts.blobs(ctx);
  for (const { place, digest } of state.artifacts.chunkDigests(ctx)) {
    const { value: blob } = blobs.next();
    const order = blob === undefined ? 1 : compareBytes(blob.key, chunkKey(place));
    if (blob === undefined || order > 0) return `${named(place)} is missing`;
    if (order < 0) return stray(blob.key);
    if (!equalBytes(sha256(blob.value), digest)) return `${named(place)} has other bytes`;
  }
  const { value: blob } = blobs.next();
  return blob === undefined ? undefined : stray(blob.key);
}

function named({ uploadId, index }: ChunkPlace): string {
  return `chunk ${index} of upload ${uploadId}`;
}

/** The first bytes of a key, which may be long. */
function stray(key: Uint8Array): string {
  return `the blob ${toHex(key.subarray(0, 12))} belongs to nothing`;
}
