import type { Context } from "#core/baseapp/context.js";
import type {
  Artifact,
  MsgUploadChunk,
  MsgUploadChunkResponse,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { parseAddress } from "#core/crypto/address.js";
import { createSha256 } from "#core/crypto/hash.js";
import { assertDefined } from "#core/primitives/assert.js";
import { equalBytes, toHex } from "#core/primitives/bytes.js";
import { chunkCount, chunkLength, countChunks, hasChunk, withChunk } from "../types/chunks.js";
import { artifactCompleted, chunkUploaded } from "../types/events.js";
import {
  chunkOutOfRange,
  digestMismatch,
  unknownArtifact,
  wrongChunkLength,
} from "../types/registryErrors.js";
import { dropArtifact } from "./dropArtifact.js";
import type { KernelState } from "./kernelState.js";

/**
 * Stores one chunk of the signer's upload, in any order. A chunk that is there with the same bytes
 * changes nothing; other bytes replace it, so that a wrong one can be put right. The last missing
 * chunk completes the artifact; if the whole does not hash to the digest, that chunk is refused and
 * the others stay.
 */
export function uploadChunk(
  ctx: Context,
  state: KernelState,
  msg: MsgUploadChunk,
): MsgUploadChunkResponse {
  const uploader = parseAddress("account", msg.uploader);
  const upload = state.artifacts.findUpload(ctx, msg.digest, uploader);
  const isComplete = state.artifacts.find(ctx, msg.digest) !== undefined;
  if (upload === undefined) {
    if (isComplete) return { complete: true };
    throw unknownArtifact({ digest: toHex(msg.digest), uploader: msg.uploader });
  }
  if (isComplete) {
    dropArtifact(ctx, state, upload, "redundant");
    return { complete: true };
  }
  const index = requireChunk(upload, msg);
  if (isStored(ctx, state, upload, { index, data: msg.data })) return { complete: false };
  return storeChunk(ctx, state, upload, { index, data: msg.data });
}

interface Chunk {
  readonly index: number;
  readonly data: Uint8Array;
}

function requireChunk(upload: Artifact, { index, data }: MsgUploadChunk): number {
  const count = chunkCount(upload);
  if (index >= BigInt(count)) throw chunkOutOfRange({ found: index, chunks: count });
  const expected = chunkLength(upload, Number(index));
  if (data.length !== expected) {
    throw wrongChunkLength({ index, found: data.length, expected });
  }
  return Number(index);
}

function isStored(ctx: Context, state: KernelState, upload: Artifact, chunk: Chunk): boolean {
  if (!hasChunk(upload.receivedChunks, chunk.index)) return false;
  const stored = state.artifacts.findChunk(ctx, upload, chunk.index);
  return stored !== undefined && equalBytes(stored, chunk.data);
}

function storeChunk(
  ctx: Context,
  state: KernelState,
  upload: Artifact,
  { index, data }: Chunk,
): MsgUploadChunkResponse {
  const receivedChunks = withChunk(upload.receivedChunks, index);
  const isLast = countChunks(receivedChunks) === chunkCount(upload);
  if (isLast) requireDigest(ctx, state, upload, { index, data });

  const stored = { ...upload, receivedChunks };
  state.artifacts.setChunk(ctx, { uploadId: upload.uploadId, index }, data);
  if (isLast) state.artifacts.complete(ctx, stored);
  else state.artifacts.write(ctx, stored);

  ctx.emit(chunkUploaded(upload, index));
  if (isLast) ctx.emit(artifactCompleted(upload));
  return { complete: isLast };
}

/** Hashes the chunks that are there with the one that arrives, a chunk in memory at a time. */
function requireDigest(ctx: Context, state: KernelState, upload: Artifact, arriving: Chunk): void {
  const hash = createSha256();
  for (let index = 0; index < chunkCount(upload); index++) {
    const stored =
      index === arriving.index ? arriving.data : state.artifacts.findChunk(ctx, upload, index);
    hash.update(assertDefined(stored, "a chunk that arrived is stored"));
  }
  const found = hash.digest();
  if (equalBytes(found, upload.digest)) return;
  throw digestMismatch({ expected: toHex(upload.digest), found: toHex(found) });
}
