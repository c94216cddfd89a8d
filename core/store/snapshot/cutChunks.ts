import { CHUNK_BYTES } from "./snapshotFormat.js";

/** Cuts a stream of pieces into chunks of equal length, the last of which may be shorter. */
export function* cutChunks(
  pieces: Iterable<Uint8Array>,
  chunkBytes: number = CHUNK_BYTES,
): IterableIterator<Uint8Array> {
  let chunk = new Uint8Array(chunkBytes);
  let used = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + chunkBytes - used);
      chunk.set(part, used);
      at += part.length;
      used += part.length;
      if (used < chunkBytes) continue;
      yield chunk;
      chunk = new Uint8Array(chunkBytes);
      used = 0;
    }
  }
  if (used > 0) yield chunk.subarray(0, used);
}
