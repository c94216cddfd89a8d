import type { Context } from "#core/baseapp/context.js";
import { sha256 } from "#core/crypto/hash.js";
import { compareBytes, equalBytes } from "#core/primitives/bytes.js";
import { chunkKey, type ChunkPlace } from "../types/keys.js";
import type { KernelState } from "./kernelState.js";

/**
 * What is wrong with the bytes of artifacts and uploads, as a sentence; undefined when every chunk
 * has the digest that the tree names for it, none is missing and none is too many. Reads both stores
 * once, side by side, a few chunks in memory at a time.
 */
export function findBlobFlaw(ctx: Context, state: KernelState): string | undefined {
  const stored = state.artifacts.chunks(ctx);
  for (const { place, digest } of state.artifacts.chunkDigests(ctx)) {
    const { value: found } = stored.next();
    if (found === undefined || isBehind(found.place, place)) return `${named(place)} is missing`;
    if (isBehind(place, found.place)) return `${named(found.place)} belongs to nothing`;
    if (!equalBytes(sha256(found.bytes), digest)) return `${named(place)} has other bytes`;
  }
  const { value: stray } = stored.next();
  return stray === undefined ? undefined : `${named(stray.place)} belongs to nothing`;
}

function isBehind(one: ChunkPlace, other: ChunkPlace): boolean {
  return compareBytes(chunkKey(one), chunkKey(other)) > 0;
}

function named({ uploadId, index }: ChunkPlace): string {
  return `chunk ${index} of upload ${uploadId}`;
}
